"""A figure typed into a form, a desk or a paste: what the box is called, what is read, what is asked."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from targets.models import ProgressEntry, Target
from tests.admin.desk import statistics_typing
from tests.admin.desk.desk_typing import confirm, desk, fill, row, typed
from tests.admin.plan.test_paste import look, sheet
from tests.cases import cases
from tests.factories import (
    at,
    author,
    coordinator,
    file_entry,
    make_plan,
    make_target,
    make_unit,
    reviewer,
    staff,
    statistician,
    submit_entry,
)

pytestmark = pytest.mark.django_db

JUNE, JULY = date(2025, 6, 3), date(2025, 7, 3)
ADD = reverse("admin:targets_progressentry_add")
REVIEW = reverse("admin:targets_progressentry_review")
BOX = "累计完成数（1—6月）"


def entry_page(target, number=6):
    return f"{ADD}?target={target.pk}&period={target.plan.periods.get(number=number).pk}"


def post(client, target, act="_submit", number=6, **fields):
    period = target.plan.periods.get(number=number)
    said = {"narrative": "本月情况", "issues": "问题", "next_steps": "措施"}
    data = {"target": target.pk, "part": "report", "period": period.pk, "answer": "reported", **said}
    return client.post(entry_page(target, number), {**data, **fields, act: "1"})


def questions(page):
    return " ".join(page.context["doubts"])


# --- what the box is called ---------------------------------------------------------------------------


def test_everywhere_a_running_total_is_called_by_the_months_it_counts(official, target, client):
    assert BOX in official.get(entry_page(target)).content.decode()
    assert BOX in official.get(desk(target)).content.decode()
    asks = fill(official, target, {target: {"value": "265.2", "narrative": "满产"}}, "_submit")
    assert BOX in asks.content.decode()
    confirm(official, asks, target)
    assert BOX in official.get(desk(target)).content.decode()  # as handed in
    client.force_login(staff(reviewer()))
    assert BOX in client.get(f"{REVIEW}?plan=P25&period=6").content.decode()


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"measure": "stock"}, "6月末数"),
        ({"measure": "rank", "comparator": "lte", "target_value": 3, "unit_of_measure": "位"}, "位次（6月）"),
        ({"measure": "growth", "comparator": "gte", "target_value": 5, "unit_of_measure": "%"},
         "增速（1—6月）"),
        ({"measure": "ratio", "comparator": "gte", "target_value": 92, "unit_of_measure": "%"},
         "比率（6月）"),
        ({"starts_on": date(2025, 4, 1)}, "累计完成数（4—6月）"),
    ],
)  # fmt: skip
def test_other_figures_are_called_what_they_are(official, target, fields, name):
    other = make_target(title="另一目标", **fields)
    assert name in official.get(desk(target)).content.decode()
    assert row(official.get(desk(target)), other).line.figure_name == name


def test_the_statistics_desk_names_the_months_of_each_of_its_periods(client):
    make_target(figure_from="statistics")
    client.force_login(staff(statistician()))
    page = client.get(statistics_typing.address(5, 6)).content.decode()
    assert "累计完成数（1—5月）" in page
    assert BOX in page


# --- what is read -----------------------------------------------------------------------------------------

TYPED = [case for case in cases("numbers") if not case.get("arguable") and case["input"].strip()]


def unit_of(case):
    return {
        "unit_of_measure": case["unit"],
        "decimals": 0 if case["expect"].get("hint") in ("whole", "negative") else None,
    }


@pytest.mark.parametrize("case", TYPED[::3], ids=lambda case: repr(case["input"]))
def test_the_form_and_the_desk_read_what_is_typed_or_keep_it(official, target, case):
    measure = "growth" if case["unit"] == "%" else "rank" if case["unit"] == "位" else "flow"
    fields = {"comparator": "lte"} if measure == "rank" else {"comparator": "gte"}
    value = "3" if measure == "rank" else "50"
    goal = make_target(title="另一目标", measure=measure, target_value=value, **fields, **unit_of(case))
    by_desk = fill(official, goal, {goal: {"value": case["input"]}}, "_save")
    stored = ProgressEntry.objects.filter(target=goal).first()
    if "value" in case["expect"] and not case["expect"].get("confirm"):
        assert stored.value == Decimal(case["expect"]["value"])
        return
    assert stored is None
    form = row(by_desk, goal)
    assert form["value"].value() == case["input"]
    assert form.errors["value"]
    by_form = post(official, goal, value=case["input"]).context["adminform"].form
    assert by_form["value"].value() == case["input"]
    assert by_form.errors["value"] == form.errors["value"]
    assert not ProgressEntry.objects.filter(target=goal).exists()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("58000万元", "“58000万元”：本栏以亿元为单位，折合为5.8亿元；核对无误后请改填5.8。"),
        ("1,2345", "“1,2345”：分隔符不在千分位上，请去掉分隔符并核对数字。"),
        ("41。5", "“41。5”：小数点请用“.”；如为41.5，请改填41.5。"),
        ("95亿元", "“95亿元”：请只填数字95。"),
    ],
)
def test_the_message_says_what_to_type(official, target, text, told):
    page = fill(official, target, {target: {"value": text}}, "_save")
    assert row(page, target).errors["value"] == [told]


@pytest.mark.parametrize("text", ["1,2345", "41。5", "2 405", "5.2.4", "0,518"])
def test_a_pasted_value_that_is_no_plain_number_stays_undefined_in_its_words(client, text):
    client.force_login(staff(coordinator()))
    make_unit("经发办")
    plan = make_plan(state="drafting")
    page = look(client, plan, sheet(f"1\t工业投资\t经发办\t12月底前\t{text}\t亿元\t\t\t"))
    [line] = page.context["form"].lines
    assert (line.target.state, line.target.target_value) == (Target.State.UNDEFINED, None)
    assert line.target.stated_as == text
    assert line.promise.doubt == "number"
    assert text in page.content.decode()


def test_the_value_of_a_target_is_held_against_the_unit_beside_it(client):
    client.force_login(staff(coordinator()))
    target = make_target(make_plan(state="drafting"))
    address = reverse("admin:targets_target_change", args=(target.pk,))
    data = {
        name: value for name, value in client.get(address).context["adminform"].form.initial.items() if value
    }
    page = client.post(address, {**data, "target_value": "580000万元", "unit_of_measure": "亿元"})
    told = page.context["adminform"].form.errors["target_value"]
    assert "折合为58亿元" in told[0]


# --- what is asked ----------------------------------------------------------------------------------------


def test_a_month_s_own_figure_is_asked_about_with_its_numbers_and_goes_through(official, target):
    file_entry(target, 5, "44.9", JUNE)
    page = post(official, target, value="45.8")
    assert "比上期增加0.9亿元，而按序时进度每月约43.3亿元，是否误填了当月数？" in questions(page)
    assert page.context["adminform"].form["value"].value() == "45.8"
    post(official, target, value="45.8", confirmed="on")
    assert target.entries.get(period__number=6).state == "submitted"


def test_the_desk_and_the_reviewer_read_the_same_question(official, target, client):
    file_entry(target, 5, "44.9", JUNE)
    said = {"narrative": "满产", "issues": "无", "next_steps": "走访"}
    asks = fill(official, target, {target: {"value": "45.8", **said}}, "_submit")
    [line] = asks.context["lines"]
    assert "是否误填了当月数" in line["doubts"][0]
    confirm(official, asks, target)
    client.force_login(staff(reviewer()))
    [form] = client.get(f"{REVIEW}?plan=P25&period=6").context["grid"].forms
    assert form.line.doubts == line["doubts"]
    page = client.get(reverse("admin:targets_progressentry_change", args=(line["entry"].pk,)))
    assert page.context["doubts"] == line["doubts"]


def test_a_statistic_is_asked_about_as_well(client):
    target = make_target(figure_from="statistics")
    client.force_login(staff(statistician()))
    page = statistics_typing.fill(client, {(target, 6): {"value": "65000"}}, "_submit", 6)
    [line] = page.context["lines"]
    assert "超过目标值520亿元的3倍" in line["doubts"][0]


def test_thirty_rows_are_asked_about_in_as_many_queries_as_three(official, target):
    others = [make_target(title=f"指标{n}") for n in range(2)]
    for each in (target, *others):
        file_entry(each, 5, "44.9", JUNE)

    def cost(rows):
        data = typed(official.get(desk(target)), {each: {"value": "45.8"} for each in rows})
        official.post(desk(target), {**data, "_save": "1"})
        with CaptureQueriesContext(connection) as queries:
            page = official.post(desk(target), {"_submit": "1"})
        assert len(page.context["lines"]) == len(rows)
        assert all(line["doubts"] for line in page.context["lines"])
        return len(queries)

    few = cost([target, *others])
    more = [make_target(title=f"指标{n + 10}") for n in range(9)]
    for each in more:
        file_entry(each, 5, "44.9", JUNE)
    assert cost([target, *others, *more]) == few


# --- who is behind and says nothing ---------------------------------------------------------------------

SAID = {"issues": "用电紧张", "next_steps": "协调增容"}


def test_a_row_that_is_behind_is_asked_for_issues_and_next_steps_and_not_refused(official, target):
    page = post(official, target, value="200", issues="", next_steps="")
    assert questions(page) == "按本次填报为红灯，请填写存在问题、下一步措施。"
    assert not target.entries.exists()
    post(official, target, value="200", issues="", next_steps="", confirmed="on")
    assert target.entries.get().state == "submitted"


def test_a_row_on_schedule_or_with_words_is_not_asked(official, target):
    post(official, target, value="265.2", issues="", next_steps="")
    assert target.entries.get().state == "submitted"
    other = make_target(title="另一目标")
    post(official, other, value="200", **SAID)
    assert other.entries.get().state == "submitted"


def test_what_the_last_report_said_is_taken_over_by_one_tick(official, target):
    file_entry(target, 5, "180", JUNE, narrative="五月", **SAID)
    form = official.get(entry_page(target)).context["adminform"].form
    assert "用电紧张" in form.fields["same"].help_text
    post(official, target, value="220", issues="", next_steps="加班赶工", same="on")
    entry = target.entries.get(period__number=6)
    assert (entry.state, entry.issues, entry.next_steps) == ("submitted", "用电紧张", "加班赶工")


def test_the_desk_asks_and_takes_the_last_words_on_the_page_that_confirms(official, target):
    file_entry(target, 5, "180", JUNE, narrative="五月", **SAID)
    asks = fill(official, target, {target: {"value": "220", "narrative": "六月"}}, "_submit")
    [line] = asks.context["lines"]
    assert "请填写存在问题、下一步措施" in line["doubts"][-1]
    assert "用电紧张" in asks.content.decode()
    entry = line["entry"]
    chosen = {"entry": f"{entry.pk}.{entry.version}", "same": str(entry.pk), "_confirm": "1"}
    official.post(desk(target), chosen)
    entry = target.entries.get(period__number=6)
    assert (entry.state, entry.issues, entry.next_steps) == ("submitted", "用电紧张", "协调增容")


def test_the_desk_puts_the_last_words_into_the_boxes_without_scripts(official, target):
    file_entry(target, 5, "180", JUNE, narrative="五月", **SAID)
    data = typed(official.get(desk(target)), {target: {"value": "220", "next_steps": "加班赶工"}})
    page = official.post(desk(target), {**data, "_same": row(official.get(desk(target)), target).line.key})
    form = row(page, target)
    assert (form["issues"].value(), form["next_steps"].value()) == ("用电紧张", "加班赶工")
    assert form["value"].value() == "220"
    assert not ProgressEntry.objects.filter(period__number=6).exists()


def test_a_node_ticked_in_the_same_report_answers_for_itself(official, target):
    road = make_target(title="道路", measure="milestone", nodes=[date(2025, 5, 31), date(2025, 12, 31)])
    node = road.milestones.first()
    asks = fill(official, road, {road: {f"node-{node.pk}": "2025-06-20"}}, "_submit")
    assert asks.context["lines"][0]["row"].done == {node.pk: date(2025, 6, 20)}
    # as on the day: by now the final node is past, too
    entry = road.entries.get()
    entry.moment = at(JULY)
    assert entry.doubts() == []
    entry.completions.all().delete()
    assert [doubt.key for doubt in entry.doubts()] == ["behind_unsaid"]


def test_no_change_of_a_row_behind_is_asked_about_only_where_nothing_was_ever_said(official, target):
    file_entry(target, 5, "180", JUNE, **SAID)
    silent = make_target(title="另一目标")
    file_entry(silent, 5, "180", JUNE)
    asks = official.post(desk(target), {**typed(official.get(desk(target)), {}), "_no_change": "1"})
    assert target.entries.get(period__number=6).state == "submitted"
    assert [line["row"].target for line in asks.context["lines"]] == [silent]
    assert silent.entries.get(period__number=6).state == "draft"
    confirm(official, asks, target)
    assert silent.entries.get(period__number=6).state == "submitted"


def test_the_reviewer_sees_who_is_behind_and_says_nothing(client, target):
    submit_entry(target, 6, "200", JULY)
    client.force_login(staff(reviewer()))
    [form] = client.get(f"{REVIEW}?plan=P25&period=6").context["grid"].forms
    assert form.line.doubts == ["按本次填报为红灯，请填写存在问题、下一步措施。"]


def test_a_correction_is_asked_about_against_the_months_before_it(client, target):
    file_entry(target, 5, "218.4", JUNE, narrative="五月")
    entry = file_entry(target, 6, "265.2", JULY, narrative="六月")
    draft = entry.correct(by=author(), reason="更正", value=Decimal("26.52"), at=at(JULY), narrative="改")
    assert [doubt.key for doubt in draft.doubts()] == ["falls_to_a_month", "behind_unsaid"]
