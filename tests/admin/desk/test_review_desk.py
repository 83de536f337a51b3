"""审核台: what was submitted for a period, by unit, decided on many at once: all of it or nothing."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from targets.models import ProgressEntry
from tests.factories import (
    at,
    author,
    coordinator,
    correct_entry,
    draft_entry,
    file_entry,
    make_plan,
    make_target,
    make_unit,
    make_user,
    reviewer,
    staff,
    submit_entry,
)
from tests.pages import form_on

pytestmark = pytest.mark.django_db
DESK = reverse("admin:targets_progressentry_review")
JUNE, JULY = date(2025, 6, 3), date(2025, 7, 3)
ADDRESS = f"{DESK}?plan=P25&period=6"


@pytest.fixture
def office(client):
    client.force_login(staff(reviewer()))
    return client


def lines(page):
    return [form.line for form in page.context["grid"].forms]


def chosen(page, *entries, **more):
    """What a browser sends once these entries are ticked."""
    ticks = {f"entry-{entry.pk}-chosen": "on" for entry in entries}
    return {**form_on(page, "review"), **ticks, **more}


def press(client, button, *entries, address=ADDRESS, **more):
    page = client.get(address)
    return client.post(address, chosen(page, *entries, **{button: "1", **more}), follow=True)


def told(page):
    return [str(message) for message in page.context["messages"]]


def states():
    return list(ProgressEntry.objects.order_by("pk").values_list("state", flat=True))


# --- what is listed --------------------------------------------------------------------------------


def test_units_follow_their_order_and_targets_their_number(office):
    second, first = make_unit("农业办", order=2), make_unit("经发办", order=1)
    for title, unit in (("甲", second), ("乙", first), ("丙", second)):
        submit_entry(make_target(title=title, lead_unit=unit), 6, "1", JULY)
    units = office.get(ADDRESS).context["grid"].units
    assert [(str(unit), [form.line.target.title for form in forms]) for unit, forms in units] == [
        ("经发办", ["乙"]),
        ("农业办", ["甲", "丙"]),
    ]


def test_the_last_figure_stands_beside_this_one_with_the_change(office):
    target = make_target()
    file_entry(target, 5, "218.4", JUNE)
    submit_entry(target, 6, "265.2", JULY)
    (line,) = lines(office.get(ADDRESS))
    assert (line.last_figure_in_words, line.value_in_words, line.change) == (
        "218.4亿元",
        "265.2亿元",
        "+46.8亿元",
    )


def test_words_that_repeat_the_last_report_are_marked(office):
    one, two = make_target(title="甲"), make_target(title="乙")
    for target in (one, two):
        file_entry(target, 5, "1", JUNE, narrative="推进 项目")
    submit_entry(one, 6, "2", JULY, narrative="推进\n项目 ")
    submit_entry(two, 6, "2", JULY, narrative="项目竣工")
    page = office.get(ADDRESS)
    assert [[said.is_the_same for said in line.said] for line in lines(page)] == [[True], [False]]
    assert page.content.decode().count("与上期相同") == 1


def test_a_statistic_is_read_beside_the_last_figure_but_not_beside_the_units_words(office):
    target = make_target(figure_from="statistics")
    file_entry(target, 5, None, JUNE, narrative="走访企业")
    file_entry(target, 5, "218.4", JUNE, part="statistic", narrative="")
    submit_entry(target, 6, "265.2", JULY, part="statistic", narrative="", yoy="5.1", published_rank=3)
    (line,) = lines(office.get(ADDRESS))
    assert (line.last_figure_in_words, line.last_words, line.said) == ("218.4亿元", None, [])
    assert (line.marks, line.published) == (["统计数"], ["同比5.1%", "第3位"])


def test_doubts_are_told_beside_the_line(office):
    target, other = make_target(title="甲"), make_target(measure="milestone", nodes=[date(2025, 9, 30)])
    file_entry(target, 5, "218.4", JUNE)
    submit_entry(target, 6, "200", JULY, narrative="核减", issues="前期重复", next_steps="核对")
    submit_entry(other, 6, None, JULY, nodes={other.milestones.get(): date(2025, 7, 2)})
    falls, late = lines(office.get(ADDRESS))
    assert falls.doubts == [
        "累计数比上期减少18.4亿元（218.4亿元→200亿元）。如系核减，请在“存在问题”中说明原因；是否误填了当月数？"
    ]
    assert late.doubts == ["“节点1”于2025年7月2日完成，在本期之后。"]


def test_a_correction_stands_beside_what_it_replaces(office):
    entry = file_entry(make_target(), 6, "265.2", JULY)
    draft = entry.correct(by=author(), reason="统计口径调整", value=265, at=at(JULY))
    draft.submit(by=author(), at=at(JULY))
    page = office.get(ADDRESS)
    (line,) = lines(page)
    assert (line.replaced_in_words, line.value_in_words, line.marks) == ("265.2亿元", "265亿元", ["更正"])
    assert "统计口径调整" in page.content.decode()


def test_what_others_entered_for_the_unit_and_what_came_late_is_marked(office):
    entry = draft_entry(make_target(), 6, "1", date(2025, 8, 1), entered_by=coordinator())
    entry.submit(by=coordinator(), at=at(date(2025, 8, 1)))
    (line,) = lines(office.get(ADDRESS))
    assert line.marks == ["代填", "补报"]


def test_units_that_owe_reports_are_counted_and_can_be_reminded(office):
    for title in "甲乙":
        make_target(title=title)
    submit_entry(make_target(title="丙", lead_unit=make_unit("农业办")), 6, "1", JULY)
    reminding = f"{reverse('todo')}?plan=P25"
    page = office.get(ADDRESS)
    assert [(str(unit), count) for unit, count in page.context["unreported"]] == [("经发办", 2)]
    assert reminding not in page.content.decode()  # who reviews finds no such list there
    office.force_login(staff(coordinator()))
    assert reminding in office.get(ADDRESS).content.decode()


def test_one_unit_can_be_chosen_and_the_newest_period_with_work_opens(office):
    submit_entry(make_target(title="甲"), 4, "1", JULY)
    other = make_target(title="乙", lead_unit=make_unit("农业办"))
    submit_entry(other, 6, "1", JULY)
    submit_entry(other, 5, "1", JULY)
    page = office.get(DESK)
    assert page.context["period"].number == 6
    assert [(period.number, count) for period, count in page.context["scope"].elsewhere] == [(4, 1), (5, 1)]
    page = office.get(f"{DESK}?plan=P25&period=4&unit={other.lead_unit_id}")
    assert lines(page) == []
    assert [line.target.title for line in lines(office.get(f"{DESK}?plan=P25&period=4"))] == ["甲"]


# --- deciding ---------------------------------------------------------------------------------------


def test_all_without_doubts_are_chosen_and_approved(office):
    doubtful = make_target(title="甲")
    file_entry(doubtful, 5, "218.4", JUNE)
    submit_entry(doubtful, 6, "200", JULY)
    submit_entry(make_target(title="乙"), 6, "265.2", JULY)
    submit_entry(make_target(title="丙"), 6, "266", JULY)
    page = press(office, "_select")
    assert [form.line.target.title for form in page.context["grid"].chosen] == ["乙", "丙"]
    assert states() == ["approved", "submitted", "submitted", "submitted"]
    page = office.post(ADDRESS, {**form_on(page, "review"), "_approve": "1"}, follow=True)
    assert states() == ["approved", "submitted", "approved", "approved"]
    assert told(page) == ["已通过2项填报。"]


def test_choosing_all_keeps_what_was_chosen_by_hand(office):
    doubtful = make_target(title="甲")
    file_entry(doubtful, 5, "218.4", JUNE)
    falls = submit_entry(doubtful, 6, "200", JULY)
    submit_entry(make_target(title="乙"), 6, "265.2", JULY)
    page = press(office, "_select", falls)
    assert [form.line.target.title for form in page.context["grid"].chosen] == ["甲", "乙"]


def test_nobody_decides_on_an_own_entry(client):
    own = draft_entry(make_target(title="甲"), 6, "1", JULY, entered_by=coordinator())
    own.submit(by=coordinator(), at=at(JULY))
    other = submit_entry(make_target(title="乙"), 6, "1", JULY)
    client.force_login(staff(coordinator()))
    page = client.get(ADDRESS)
    assert "本人填报，由他人审核" in page.content.decode()
    assert [form.line.entry for form in page.context["grid"].choosable] == [other]
    assert 'name="_approve"' in page.content.decode()
    page = client.post(ADDRESS, chosen(page, own, other, _approve="1"), follow=True)
    assert states() == ["submitted", "submitted"]  # all or nothing
    assert any("甲" in message for message in told(page))
    assert [form.line.entry for form in page.context["grid"].chosen] == [other]


def test_where_nothing_can_be_chosen_nothing_can_be_decided(client):
    own = draft_entry(make_target(title="甲"), 6, "1", JULY, entered_by=coordinator())
    own.submit(by=coordinator(), at=at(JULY))
    client.force_login(staff(coordinator()))
    page = client.get(ADDRESS).content.decode()
    assert "甲" in page
    assert 'name="_approve"' not in page


def test_one_that_cannot_be_approved_stops_all_and_is_named(office):
    good = submit_entry(make_target(title="甲"), 6, "1", JULY)
    bad = submit_entry(make_target(title="乙"), 6, "1", JULY)
    page = office.get(ADDRESS)
    bad.target.plan.targets.filter(pk=bad.target_id).update(plan=make_plan("Q25"))  # no other way to break it
    answer = office.post(ADDRESS, chosen(page, good, bad, _approve="1"), follow=True)
    assert states() == ["submitted", "submitted"]
    assert any("乙" in message for message in told(answer))
    assert not any("甲" in message for message in told(answer))


def test_an_entry_changed_since_it_was_read_is_shown_in_both_versions(office):
    entry = submit_entry(make_target(title="甲"), 6, "1", JULY)
    other = submit_entry(make_target(title="乙"), 6, "1", JULY)
    page = office.get(ADDRESS)
    entry.send_back(by=coordinator(), comment="核", at=at(JULY))
    entry.value = 2
    entry.save(at=at(JULY))
    entry.submit(by=author(), at=at(JULY))
    answer = office.post(ADDRESS, chosen(page, entry, other, _approve="1"))
    assert states() == ["submitted", "submitted"]
    (stale,) = answer.context["stale"]
    assert [(d.stored, d.mine) for d in stale.differences] == [("2", "1")]
    assert answer.context["grid"].chosen == [stale, answer.context["grid"].forms[1]]
    again = office.post(ADDRESS, {**form_on(answer, "review"), "_approve": "1"}, follow=True)
    assert states() == ["approved", "approved"]
    assert told(again) == ["已通过2项填报。"]


def test_the_second_of_two_clicks_finds_the_work_done(office):
    entry = submit_entry(make_target(), 6, "1", JULY)
    data = chosen(office.get(ADDRESS), entry, _approve="1")
    office.post(ADDRESS, data, follow=True)
    assert told(office.post(ADDRESS, data, follow=True)) == ["无需操作：此前已处理。"]
    assert states() == ["approved"]


def test_a_role_taken_away_while_the_page_is_open_decides_nothing(office):
    entry = submit_entry(make_target(), 6, "1", JULY)
    data = chosen(office.get(ADDRESS), entry, _approve="1")
    reviewer().groups.clear()
    assert office.post(ADDRESS, data).status_code == 403
    assert states() == ["submitted"]


def test_what_people_wrote_is_text(office):
    evil = "<script>alert(1)</script>"
    target = make_target(title=evil)
    file_entry(target, 5, "1", JUNE, narrative=evil)
    entry = submit_entry(target, 6, "1", JULY, narrative=evil, issues=evil)
    page = press(office, "_send_back", entry, more="")
    assert evil not in page.content.decode()
    assert "&lt;script&gt;" in page.content.decode()
    assert evil not in press(office, "_send_back", more=evil).content.decode()


def test_going_back_takes_a_usual_reason_and_free_words(office):
    entry = submit_entry(make_target(), 6, "1", JULY)
    page = press(office, "_send_back", entry, reasons=["unit", "brief"], more="附合同。")
    entry.refresh_from_db()
    assert (entry.state, entry.review_comment) == (
        "returned",
        "进展情况过于简单，请补充具体措施和时间。计量单位有误。附合同。",
    )
    assert told(page) == ["已退回 1 项。"]


def test_going_back_needs_a_reason_and_the_choice_stays(office):
    entry = submit_entry(make_target(), 6, "1", JULY)
    page = press(office, "_send_back", entry, more="  ")
    assert states() == ["submitted"]
    assert page.context["returning"].non_field_errors() == ["请写明需要修改的内容。"]
    assert [form.line.entry for form in page.context["grid"].chosen] == [entry]


def test_words_too_long_for_a_comment_are_refused_and_kept(office):
    entry = submit_entry(make_target(), 6, "1", JULY)
    page = press(office, "_send_back", entry, more="字" * 501)
    assert states() == ["submitted"]
    assert form_on(page, "review")["more"] == "字" * 501


@pytest.mark.parametrize("button", ["_approve", "_send_back"])
def test_nothing_chosen_is_told(office, button):
    submit_entry(make_target(), 6, "1", JULY)
    assert told(press(office, button, reasons=["unit"])) == ["请先勾选要处理的填报。"]
    assert states() == ["submitted"]


def test_of_two_reviewers_the_first_passes_on(client):
    make_plan(review_mode="both")
    target = make_target()
    entry = submit_entry(target, 6, "1", JULY)
    client.force_login(staff(make_user("单位审核", target.lead_unit, "审核员")))
    assert told(press(client, "_approve", entry)) == ["已初审通过 1 项，待统筹部门审定。"]
    client.force_login(staff(reviewer()))
    assert told(press(client, "_approve", entry)) == ["已通过1项填报。"]
    assert states() == ["approved"]


# --- who --------------------------------------------------------------------------------------------


def outsiders():
    return [
        author(),
        make_user("领导", make_unit("外海街道"), "领导"),
        make_user("统计", make_unit("综合办"), "统计员"),
        make_user("无角色", make_unit("综合办")),
    ]


def test_only_who_reviews_comes_in_and_all_others_read_the_same(client):
    entry = submit_entry(make_target(), 6, "1", JULY)
    pages = []
    for user in outsiders():
        client.force_login(staff(user))
        pages.append(client.get(ADDRESS))
        pages.append(client.post(ADDRESS, {f"entry-{entry.pk}-chosen": "on", "_approve": "1"}))
    assert {page.status_code for page in pages} == {403}
    assert {words(page) for page in pages} == {words(pages[0])}
    assert states() == ["submitted"]


def words(page):
    return page.content.decode().split("<main")[-1]


def test_another_units_entries_are_neither_seen_nor_decided(client):
    make_plan(review_mode="unit")
    own, other = make_target(title="甲"), make_target(title="乙", lead_unit=make_unit("农业办"))
    mine, theirs = (submit_entry(target, 6, "1", JULY) for target in (own, other))
    client.force_login(staff(make_user("单位审核", own.lead_unit, "审核员")))
    page = client.get(ADDRESS)
    assert [line.entry for line in lines(page)] == [mine]
    for key in (theirs.pk, 10**9):  # not yours, or not there: the same
        data = {f"entry-{key}-chosen": "on", f"entry-{key}-seen_version": "2", "_approve": "1"}
        answer = client.post(ADDRESS, {**form_on(page, "review"), **data}, follow=True)
        assert [message.replace(str(key), "") for message in told(answer)] == [
            "：没有这条填报，或您无权处理。",
            "本次未作任何处理。",
        ]
    assert states() == ["submitted", "submitted"]
    assert client.get(f"{ADDRESS}&unit={other.lead_unit_id}").status_code == 400


@pytest.mark.parametrize("asked", ["plan=NONE", "plan=P25&period=13", "plan=P25&unit=0", "plan=P25&period=x"])
def test_an_unknown_plan_period_or_unit_is_a_message(office, asked):
    make_target()
    page = office.get(f"{DESK}?{asked}")
    assert page.status_code == 400
    assert "errornote" in page.content.decode()


# --- cost -------------------------------------------------------------------------------------------


def cost(client):
    client.get(ADDRESS)
    with CaptureQueriesContext(connection) as queries:
        page = client.get(ADDRESS)
    return len(lines(page)), len(queries)


def test_three_lines_and_thirty_cost_the_same_queries(office):
    def submitted(count):
        for _ in range(count):
            target = make_target(lead_unit=make_unit(f"单位{_ % 7}"))
            file_entry(target, 5, "1", JUNE)
            correct_entry(file_entry(target, 4, "1", JUNE), JUNE)
            entry = file_entry(target, 6, "1", JULY)
            entry.correct(by=author(target.lead_unit), reason="核", at=at(JULY)).submit(
                by=author(target.lead_unit), at=at(JULY)
            )

    submitted(3)
    few = cost(office)
    submitted(27)
    many = cost(office)
    assert (few[0], many[0]) == (3, 30)
    assert few[1] == many[1]
