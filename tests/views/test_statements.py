"""Every page asks any database in small statements, for every role. The review has two steps: the longest."""

from datetime import date

import pytest
from django.db import connection
from django.urls import reverse

from targets.models import KeptFile, Plan, SuperiorForm, SupportingUnit
from tests.factories import (
    at,
    author,
    coordinator,
    draft_entry,
    file_entry,
    make_node,
    make_plan,
    make_target,
    make_unit,
    make_user,
    reviewer,
    staff,
    statistician,
    submit_entry,
)
from tests.files import table

pytestmark = pytest.mark.django_db

LARGEST, JOINS = 4096, 8
FORM = 987  # the key of a superior's form
NOT_PORTABLE = ("||", "JSON", "->")  # MySQL reads || as OR
ROLES = {
    "reporter": author,
    "reviewer": reviewer,
    "reviewer of the unit": lambda: make_user("科室审核", make_unit(), "审核员"),
    "coordinator": coordinator,
    "statistician": statistician,
    "leader": lambda: make_user("领导", make_unit("外海街道"), "领导"),
    "all": lambda: make_user("兼任", make_unit(), "填报员", "审核员", "统筹员", "统计员", "领导"),
    "superuser": lambda: make_user("管理员", is_superuser=True),
}
PAGES = (
    "/", "/todo/", "/todo/?plan=P25", "/targets/", "/targets/?sort=-reporting&reporting=late",
    "/targets/?period=6&sort=gap", "/targets/?as_of=2025-09-30&known_at=2025-10-02", "/targets/export/",
    "/reports/", "/reports/prepare/?plan=P25&period=6", "/reports/bulletin/?plan=P25&period=6",
    "/reports/compare/?plan=P25&first=p6&second=p7", "/reports/superior/?plan=P25",
    "/reports/superior/new/?plan=P25", f"/reports/superior/{FORM}/",
    f"/reports/superior/{FORM}/fill/?period=6",
)  # fmt: skip
NOT_EVERYBODYS = ("/admin/", "/reports/prepare/", "/reports/bulletin/", "/reports/superior/")
OFFICE = (
    "index", "targets_plan_changelist", "targets_progressentry_desk", "targets_progressentry_review",
    "targets_progressentry_statistics", "targets_progressentry_sheet", "targets_progressentry_sheets",
)  # fmt: skip


@pytest.fixture
def plan(settings, tmp_path):
    """Reports in every state, and of the unit's two reviewers one who wrote what waits."""
    plan = make_plan()
    first, second = make_target(plan, figure_from="statistics"), make_target(plan)
    SupportingUnit(target=first, unit=make_unit("协办")).save()
    file_entry(first, 6, "265.2", date(2025, 7, 3), part="statistic")
    file_entry(second, 6, "100", date(2025, 7, 3))
    submit_entry(first, 6, None, date(2025, 7, 3))
    returned = submit_entry(second, 7, "300", date(2025, 8, 3))
    returned.send_back(by=coordinator(), comment="请核对", at=at(date(2025, 8, 4)))
    make_user("副科长", make_unit(), "审核员")
    writer = make_user("科长", make_unit(), "审核员")
    draft_entry(second, 8, "310", date(2025, 9, 3), entered_by=writer).submit(
        by=writer, at=at(date(2025, 9, 3))
    )
    draft_entry(second, 9, "320", date(2025, 10, 3))
    make_target(plan, measure="stock", state="undefined", target_value=None)
    make_node(make_target(plan, measure="milestone"), date(2025, 5, 31))
    Plan.objects.update(review_mode="both")
    settings.MEDIA_ROOT = tmp_path
    told = {"id": FORM, "name": "区表", "sheet": "一", "first_heading": 1, "last_heading": 1}
    told |= {"columns": [[1, "指标名称", "title"], [2, "累计", "value"]], "rows": [[2, "产值", first.pk]]}
    file = KeptFile.keep(table([["指标名称", "累计"], ["产值", ""]]), "区表.xlsx", by=coordinator())
    SuperiorForm(plan=plan).keep(told, file, by=None, seen=0)


@pytest.mark.parametrize("role", ROLES)
def test_statements_are_small_and_portable(client, plan, role):
    client.force_login(staff(ROLES[role]()))
    found = {}

    def watch(execute, sql, params, many, context):
        found.setdefault(sql, page)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        for page in (*PAGES, *(reverse(f"admin:{name}") for name in OFFICE)):
            usual = (200, 302, 403, 404) if page.startswith(NOT_EVERYBODYS) else (200,)
            assert client.get(page).status_code in usual, page
    for sql, page in found.items():
        assert len(sql) <= LARGEST, (page, sql)
        assert sql.count(" JOIN ") <= JOINS, (page, sql)
        assert not any(piece in sql for piece in NOT_PORTABLE), (page, sql)
