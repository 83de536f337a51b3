"""A town from nothing: 6 offices, 6 people and 30 targets in few clicks and pages.

The administrator enters the town and its people; its coordinator, at the first sign-in, the plan.
"""

from pathlib import Path

import pytest

from targets.models import Member, OrgUnit, Plan
from tests.browser.test_everyday import assert_accessible, assert_nothing_hangs_over

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST_CLICKS, MOST_PAGES = 25, 15
TABLE = Path(__file__).parents[1] / "cases" / "tables" / "01-title-and-foot.tsv"
OFFICES = [
    f"{name}办公室" for name in ("党政综合", "经济发展", "农业农村", "规划建设", "平安法治", "社会事务")
]
ROLES = ("统筹员", "填报员", "填报员、审核员", "填报员", "统计员", "领导")


OWN = "Yunqiao-2026-zhen"  # the password that the coordinator chooses


class Walk:
    """Counts what people click, choices in lists and ticks with it, and every page that is loaded."""

    def __init__(self, page):
        self.page, self.clicks, self.pages = page, 0, []
        page.on("load", lambda loaded: self.pages.append(loaded.url))

    def click(self, what):
        self.clicks += 1
        self.page.locator(what).first.click()
        self.page.wait_for_load_state("load")

    def sign_in(self, username, password):
        self.page.fill("[name=username]", username)
        self.page.fill("[name=password]", password)
        self.click("main button")

    def choose(self, what, words):
        self.clicks += 1
        self.page.locator(what).select_option(label=words)


def people():
    rows = [
        f"某{number}\t负责人\t{office}\t{role}\tyq{number}"
        for number, (office, role) in enumerate(zip(OFFICES, ROLES, strict=True), start=1)
    ]
    return "\n".join(["姓名\t职务\t单位\t角色\t账号", *rows])


def targets():
    """An office's own table, its title and its foot, with more rows before the foot: 30 targets."""
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    foot = next(number for number, line in enumerate(lines) if "合计" in line)
    more = [
        f"{number}\t新建绿道第{number}标段\t{number}公里\t{OFFICES[number % 6]}\t{number % 12 + 1}月底前"
        for number in range(5, 31)
    ]
    return "\n".join([*lines[:foot], *more, *lines[foot:]])


def test_a_town_is_set_up_in_few_clicks_and_pages(opened, axe, town, capsys):
    page = opened(1366, 768)
    walk = Walk(page)
    page.goto("/admin/")
    walk.sign_in("admin", town["admin"])

    walk.click("a.addlink[href$='/orgunit/add/']")
    page.fill("[name=name]", "云桥镇")
    walk.choose("[name=kind]", "镇街")
    walk.click("[name=_save]")
    place = OrgUnit.objects.get(name="云桥镇")

    walk.click("text=粘贴人员名单")
    page.fill("[name=text]", people())
    walk.choose("[name=below]", "云桥镇")
    walk.click("[name=adds]")
    walk.click("[name=_read]")
    assert page.locator(".people-rows >> text=（新建）").count() == 6
    assert_accessible(axe, page)
    walk.click("[name=_write]")
    assert page.locator(".first-passwords code").count() == 6

    given = page.locator(".first-passwords code").first.inner_text()
    walk.click(".menu.person summary")
    walk.click(".menu.person button >> text=退出")
    walk.sign_in("yq1", given)
    page.fill("[name=old_password]", given)
    for name in ("new_password1", "new_password2"):
        page.fill(f"[name={name}]", OWN)
    walk.click("main button")
    walk.click("main a[href$='/plan/add/']")
    page.fill("[name=code]", "YQ26")
    page.fill("[name=title]", "2026年重点任务")
    page.fill("[name=year]", "2026")
    walk.click("[name=_continue]")
    walk.click("text=导入建账")
    page.fill("#id_text", targets())
    walk.click("[name=_look]")
    assert page.locator(".pasted-rows tbody tr").count() == 30
    assert page.locator(".errornote").count() == 0
    assert_nothing_hangs_over(page)
    walk.click("[name=_create]")
    assert "写入30项目标" in page.inner_text(".messagelist")

    plan = Plan.objects.get(code="YQ26")
    assert [unit.name for unit in place.children.all()] == OFFICES
    assert Member.objects.filter(unit__parent=place, user__isnull=False).count() == 6
    assert plan.targets.count() == 30
    with capsys.disabled():
        print(f"\na town set up: {walk.clicks} clicks, {len(walk.pages)} pages")
    assert walk.clicks <= MOST_CLICKS
    assert len(walk.pages) <= MOST_PAGES, walk.pages
