"""Every form without JavaScript: what is posted is stored, and what is refused is said with what was typed.

The table, the overview, 待办 and 本月填报 are tried without scripts in their own files.
"""

from contextlib import contextmanager

import pytest
from django.contrib.auth.models import User

from targets.models import Member, OrgUnit, Plan, ProgressEntry, Target, TargetRevision
from tests.browser.test_everyday import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FILING = "/admin/targets/progressentry"
NEW_PASSWORD = "Shan-Shui-2031"
PLAN = "目标任务\t责任单位\t完成时限\t目标值\n油茶面积\t没有的单位\t年底\t不少于500亩"
PEOPLE = "姓名\t单位\t角色\t账号\n李四\t没有的单位\t审核员\tlisi"


@pytest.fixture
def as_user(chromium, live_server, town):
    """Signs in whoever is named, in a browser that runs no script."""

    @contextmanager
    def signed_in(username):
        context = chromium.new_context(java_script_enabled=False, base_url=live_server.url)
        context.set_default_timeout(10_000)
        page = context.new_page()
        sign_in(page, town, username)
        yield page
        context.close()

    return signed_in


def told(page):
    return page.inner_text(".messagelist")


def test_every_form_works_without_scripts(as_user, town):
    a_figure_is_filed_returned_approved_and_corrected(as_user)
    statistics_are_entered_and_handed_in(as_user)
    a_change_of_the_promise_is_asked_for_and_signed(as_user)
    next_years_plan_is_drafted_filled_and_issued(as_user)
    a_plan_is_closed(as_user)
    people_are_written_one_by_one_and_from_a_list(as_user)
    a_password_is_changed_and_a_wrong_one_refused(as_user, town)


def a_figure_is_filed_returned_approved_and_corrected(as_user):
    target = Target.objects.get(code="DEMO-03")
    period = target.plan.periods.get(number=11)
    with as_user("yunxi-tianbao") as page:
        page.goto(f"{FILING}/add/?target={target.pk}&period={period.pk}")
        page.fill("[name=value]", "12万")
        page.fill("[name=narrative]", "新增2家入库")
        page.click("[name=_submit]")
        assert "折合为120000家" in page.inner_text(".errorlist")
        assert page.input_value("[name=value]") == "12万"
        page.fill("[name=value]", "94")
        submit(page)
    entry = target.entries.get(period=period)
    assert (entry.state, entry.value) == ("submitted", 94)

    with as_user("yunxi-shenhe") as page:
        page.goto(f"{FILING}/{entry.pk}/change/")
        page.click("[name=_return]")
        assert page.locator(".review .errorlist").count() == 1
        page.fill("[name=review_comment]", "请核对入库名单")
        page.click("[name=_return]")
    entry.refresh_from_db()
    assert (entry.state, entry.review_comment) == ("returned", "请核对入库名单")

    with as_user("yunxi-tianbao") as page:
        page.goto(f"{FILING}/{entry.pk}/change/")
        page.fill("[name=value]", "93")
        submit(page)
    with as_user("yunxi-shenhe") as page:
        page.goto(f"{FILING}/review/?plan=DEMO&period=11")
        row = page.locator("tr", has=page.locator(f"a[href*='/{entry.pk}/change/']"))
        page.click("[name=_send_back]")
        assert page.locator(".errornote").count() >= 1
        row.locator("input[type=checkbox]").check()
        page.click("[name=_approve]")
    entry.refresh_from_db()
    assert (entry.state, entry.value) == ("approved", 93)

    with as_user("yunxi-tianbao") as page:
        page.goto(f"{FILING}/{entry.pk}/change/")
        page.click("text=更正")
        page.fill("[name=value]", "95")
        page.click("[name=_submit]")
        assert page.locator(".errornote").count() == 1
        assert page.input_value("[name=value]") == "95"
        page.fill("[name=reason]", "与统计口径核对后更正")
        page.fill("[name=source_ref]", "市场监管所名单")
        submit(page)
    assert target.entries.get(period=period, revision_no=2).state == "submitted"


def submit(page):
    """Hands the entry in; a doubt is answered by a tick."""
    page.click("[name=_submit]")
    if page.locator("[name=confirmed]").count():
        page.check("[name=confirmed]")
        page.click("[name=_submit]")


def statistics_are_entered_and_handed_in(as_user):
    with as_user("yunxi-tongji") as page:
        page.goto(f"{FILING}/statistics/?plan=DEMO&period=11")
        values = page.locator("input[data-down='11-value']")
        values.first.fill("1e5")
        page.click("[name=_submit]:not(.unseen)")
        assert page.locator(".errornote, .errorlist").count() >= 1
        assert values.first.input_value() == "1e5"
        values.first.fill("5.6")
        page.fill("[name=source-source_ref]", "县统计局11月月报")
        page.click("[name=_submit]:not(.unseen)")
        page.locator("#confirm [name=entry]").first.check()
        page.click("[name=_confirm]")
    entry = ProgressEntry.objects.get(target__plan__code="DEMO", period__number=11, part="statistic")
    assert (entry.state, entry.source_ref) == ("submitted", "县统计局11月月报")


def a_change_of_the_promise_is_asked_for_and_signed(as_user):
    target = Target.objects.get(code="DEMO-11")
    with as_user("yunxi-tongchou") as page:
        page.goto(f"/admin/targets/targetrevision/add/?target={target.pk}")
        page.click("text=调整完成时限")
        page.fill("[name=due_on]", "月底")
        page.click("[name=_ask]")
        assert page.locator(".errornote").count() == 1
        page.fill("[name=due_on]", f"{target.plan.year}-12-20")
        page.fill("[name=document_no]", "云溪府办〔2025〕20号")
        page.fill("[name=reason]", "提前投用")
        page.click("[name=_ask]")
    asked = TargetRevision.objects.get(target=target, document_no="云溪府办〔2025〕20号")
    with as_user("yunxi-zhuren") as page:
        page.goto(f"/admin/targets/targetrevision/{asked.pk}/change/")
        page.click("[name=_refuse]")
        assert page.locator(".review .errorlist, .errornote").count() >= 1
        page.click("[name=_approve]")
    target.refresh_from_db()
    assert (target.due_on.month, target.due_on.day) == (12, 20)


def next_years_plan_is_drafted_filled_and_issued(as_user):
    before = Plan.objects.get(code="DEMO")
    with as_user("yunxi-tongchou") as page:
        page.goto(f"/admin/targets/plan/{before.pk}/next/")
        page.fill("[name=code]", "没有")
        page.click(".submit-row .default")
        assert page.locator(".errornote").count() == 1
        page.fill("[name=code]", "NEXT")
        page.click(".submit-row .default")
        plan = Plan.objects.get(code="NEXT")

        page.goto(f"/admin/targets/plan/{plan.pk}/change/")
        page.fill("[name=title]", "明年重点目标任务")
        page.fill("[name=periods-0-words_due_on]", "上旬")
        page.click(".submit-row [name=_save]")
        assert page.locator(".errornote").count() == 1
        assert page.input_value("[name=title]") == "明年重点目标任务"
        page.fill("[name=periods-0-words_due_on]", f"{plan.year}-02-06")
        page.click(".submit-row [name=_save]")
        plan.refresh_from_db()
        assert (plan.title, plan.periods.get(number=1).words_due_on.day) == ("明年重点目标任务", 6)

        page.goto(f"/admin/targets/plan/{plan.pk}/paste/")
        page.fill("[name=text]", PLAN)
        page.click(".submit-row [name=_look]")
        assert "没有这个单位" in page.inner_text(".errornote")
        office = OrgUnit.objects.get(name="经济发展办公室", parent=before.jurisdiction)
        page.select_option("[name='unit-没有的单位']", str(office.pk))
        page.click(".submit-row [name=_look]")
        page.click("[name=_create]")
        assert "写入1项目标" in told(page)
        oil = plan.targets.get(title="油茶面积")
        assert (oil.lead_unit, oil.target_value) == (office, 500)

        page.goto("/admin/targets/target/add/")
        page.select_option("[name=plan]", str(plan.pk))
        page.fill("[name=title]", "新建学校")
        page.click(".submit-row [name=_save]")
        assert page.locator(".errornote").count() == 1
        assert page.input_value("[name=title]") == "新建学校"
        page.select_option("[name=lead_unit]", str(office.pk))
        page.select_option("[name=measure]", "milestone")
        page.fill("[name=due_on]", f"{plan.year}-10-31")
        page.fill("[name=milestones-0-title]", "主体完工")
        page.fill("[name=milestones-0-due_on]", f"{plan.year}-10-31")
        page.click("text=与其他目标的关系")
        page.fill("[name=parent-typed]", "面积")
        page.fill("[name=continues-typed]", "DEMO-11")
        page.click(".submit-row [name=_save]")
        assert oil.code in page.inner_text(".field-parent .errorlist")
        assert page.input_value("[name=continues-typed]") == "DEMO-11"
        page.fill("[name=parent-typed]", oil.code)
        page.click(".submit-row [name=_save]")
        school = plan.targets.get(title="新建学校")
        assert [node.title for node in school.milestones.all()] == ["主体完工"]
        assert (school.parent, school.continues.code) == (oil, "DEMO-11")

        page.goto(f"/admin/targets/plan/{plan.pk}/issue/")
        page.click(".submit-row .default")
        assert page.locator(".errornote").count() == 1
        page.fill("[name=document_no]", "云溪府办〔2026〕1号")
        for tick in page.locator("form fieldset input[type=checkbox]").all():
            tick.check()
        page.click(".submit-row .default")
    plan.refresh_from_db()
    assert plan.state == "in_force"


def a_plan_is_closed(as_user):
    plan = Plan.objects.get(code="WH25")
    with as_user("admin") as page:
        page.goto(f"/admin/targets/plan/{plan.pk}/close/")
        for tick in page.locator("form fieldset input[type=checkbox]").all():
            tick.check()
        page.click(".submit-row .default")
    plan.refresh_from_db()
    assert plan.state == "closed"


def people_are_written_one_by_one_and_from_a_list(as_user):
    with as_user("admin") as page:
        page.goto("/admin/targets/member/add/")
        page.fill("[name=username]", "zhangsan")
        page.click(".submit-row [name=_save]")
        assert page.locator(".errornote").count() == 1
        assert page.input_value("[name=username]") == "zhangsan"
        page.fill("[name=name]", "张三")
        office = OrgUnit.objects.get(name="经济发展办公室", parent__name="云溪镇")
        page.select_option("[name=unit]", str(office.pk))
        page.check("text=填报员")
        page.click(".submit-row [name=_save]")
        assert page.locator(".first-passwords code").count() == 1
        assert User.objects.get(username="zhangsan").groups.get().name == "填报员"

        page.goto("/admin/targets/member/paste/")
        page.fill("[name=text]", PEOPLE)
        page.click("[name=_read]")
        assert page.locator(".errornote").count() >= 1
        page.fill("[name$=-units]", "经济发展办公室")
        page.click("[name=_check]")
        page.click("[name=_write]")
        assert page.locator(".first-passwords code").count() == 1
    assert Member.objects.get(name="李四").user.groups.get().name == "审核员"


def a_password_is_changed_and_a_wrong_one_refused(as_user, town):
    with as_user("yunxi-lingdao") as page:
        page.goto("/password/")
        page.fill("[name=old_password]", town["yunxi-lingdao"])
        page.fill("[name=new_password1]", "1234567890")
        page.fill("[name=new_password2]", "1234567890")
        page.click("main form button")
        assert page.locator(".errorlist").count() >= 1
        page.fill("[name=old_password]", town["yunxi-lingdao"])
        page.fill("[name=new_password1]", NEW_PASSWORD)
        page.fill("[name=new_password2]", NEW_PASSWORD)
        page.click("main form button")
    with as_user("yunxi-lingdao") as page:  # with the old password
        assert page.locator(".errorlist, .errornote, [role=alert]").count() >= 1
        sign_in(page, {"yunxi-lingdao": NEW_PASSWORD}, "yunxi-lingdao")
        assert page.locator(".top .person").count() == 1
