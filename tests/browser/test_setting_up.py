"""A town from nothing: 6 offices, 6 people and 30 targets in few clicks and pages."""

from pathlib import Path

import pytest

from targets.models import Member, OrgUnit, Plan
from tests.browser.test_everyday import assert_accessible, assert_nothing_hangs_over

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ADMINISTRATION = "nav a[href='/admin/'], .breadcrumbs a[href='/admin/']"
MOST_CLICKS, MOST_PAGES = 25, 15
TABLE = Path(__file__).parents[1] / "cases" / "tables" / "01-title-and-foot.tsv"
OFFICES = [
    f"{name}办公室" for name in ("党政综合", "经济发展", "农业农村", "规划建设", "平安法治", "社会事务")
]
ROLES = ("统筹员", "填报员", "填报员、审核员", "填报员", "统计员", "领导")


class Walk:
    """Counts what a person clicks, choices in lists and ticks with it, and every page that is loaded."""

    def __init__(self, page):
        self.page, self.clicks, self.pages = page, 0, []
        page.on("load", lambda loaded: self.pages.append(loaded.url))

    def click(self, what):
        self.clicks += 1
        self.page.locator(what).first.click()
        self.page.wait_for_load_state("load")

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
    page.fill("[name=username]", "admin")
    page.fill("[name=password]", town["admin"])
    walk.click("main button")

    walk.click("a.addlink[href$='/orgunit/add/']")
    page.fill("[name=name]", "云桥镇")
    walk.choose("[name=kind]", "镇街")
    walk.click("[name=_save]")
    place = OrgUnit.objects.get(name="云桥镇")

    walk.click(ADMINISTRATION)
    walk.click("#Member a")
    walk.click("text=粘贴人员名单")
    page.fill("[name=text]", people())
    walk.choose("[name=below]", "云桥镇")
    walk.click("[name=adds]")
    walk.click("[name=_read]")
    assert page.locator(".people-rows >> text=（新建）").count() == 6
    assert_accessible(axe, page)
    walk.click("[name=_write]")
    assert page.locator(".first-passwords code").count() == 6

    walk.click(ADMINISTRATION)
    walk.click("a.addlink[href$='/plan/add/']")
    page.fill("[name=code]", "YQ26")
    page.fill("[name=title]", "2026年重点任务")
    page.fill("[name=year]", "2026")
    walk.choose("[name=jurisdiction]", "云桥镇")
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
