"""Help on the target's form: what its words suggest, its monthly plan, and whose units are offered."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from targets.models import Target
from targets.status import Status
from tests.admin.target.test_target_admin import change, posted
from tests.factories import author, coordinator, file_entry, make_plan, make_target, make_unit, make_user

pytestmark = pytest.mark.django_db
ADD = reverse("admin:targets_target_add")
JULY = date(2025, 7, 3)


@pytest.fixture
def desk(client):
    user = coordinator()
    user.is_staff = True
    user.save()
    client.force_login(user)
    return client


@pytest.fixture
def plan():
    plan = make_plan(state="drafting")
    make_unit(parent=plan.jurisdiction)
    return plan


def save(desk, address, **fields):
    data = {**posted(desk, address), **fields}
    return desk.post(address, {name: value for name, value in data.items() if value is not None})


# --- what the words suggest -----------------------------------------------------------------------


def typed(plan, words, **fields):
    return {"plan": plan.pk, "title": "规上企业", "lead_unit": make_unit().pk, "stated_as": words, **fields}


def test_the_words_are_read_shown_and_applied_only_when_confirmed(desk, plan):
    words = typed(plan, "规上工业企业数量突破150家")
    response = save(desk, ADD, **words)
    assert response.status_code == 200
    text = response.content.decode()
    assert "不少于151家" in text
    assert 'name="use_reading"' in text
    assert not Target.objects.exists()
    response = save(
        desk, ADD, **words, use_reading="on", reading_seen=words["stated_as"], baseline_value="131"
    )
    assert response.status_code == 302
    target = Target.objects.get()
    assert (target.measure, target.comparator, target.target_value, target.unit_of_measure) == (
        "stock",
        "gt",
        150,
        "家",
    )


def test_a_draft_says_on_whose_row_it_stands_of_those_of_its_plan(desk, plan):
    total, growth = make_target(plan, title="总量"), make_target(plan, title="增速")
    stranger = make_target(make_plan("X25"), title="他处")
    address = reverse("admin:targets_target_change", args=(growth.pk,))
    offered = desk.get(address).context["adminform"].form.fields["matter"].queryset
    assert set(offered) == {total}
    assert save(desk, address, matter=stranger.pk).status_code == 200
    assert save(desk, address, matter=total.pk).status_code == 302
    assert Target.objects.get(pk=growth.pk).matter == total


def test_doubling_is_read_as_twice_the_baseline_once_that_is_known(desk, plan):
    words = typed(plan, "村集体收入翻一番", unit_of_measure="万元", measure="flow")
    assert save(desk, ADD, **words).context["adminform"].form.suggestion is None
    words["baseline_value"] = "1250.5"
    assert "不少于2501万元" in save(desk, ADD, **words).content.decode()
    assert save(desk, ADD, **words, use_reading="on", reading_seen=words["stated_as"]).status_code == 302
    target = Target.objects.get()
    assert (target.comparator, target.target_value, target.firmness) == ("gte", 2501, "stretch")


def test_what_was_typed_is_never_replaced(desk, plan):
    words = typed(plan, "规上工业企业数量突破150家", measure="flow", target_value="149", unit_of_measure="户")
    assert save(desk, ADD, **words).status_code == 200
    save(desk, ADD, **words, use_reading="on", reading_seen=words["stated_as"])
    target = Target.objects.get()
    assert (target.measure, target.comparator, target.target_value, target.unit_of_measure) == (
        "flow",
        "gt",
        149,
        "户",
    )


def test_a_suggestion_not_taken_is_not_repeated(desk, plan):
    words = typed(plan, "规上工业企业数量突破150家")
    response = save(desk, ADD, **words, reading_seen=words["stated_as"])
    assert "measure" in response.context["adminform"].form.errors
    assert response.context["adminform"].form.suggestion is None
    whole = {"measure": "flow", "target_value": "5", "unit_of_measure": "家", "comparator": "gte"}
    assert save(desk, ADD, **words, **whole).status_code == 302
    assert Target.objects.get().target_value == 5


def test_a_tick_for_other_words_counts_for_nothing(desk, plan):
    words = typed(plan, "规上工业企业数量突破150家")
    response = save(desk, ADD, **words, use_reading="on", reading_seen="数量突破100家")
    assert response.status_code == 200
    assert not Target.objects.exists()
    assert "checked" not in response.content.decode().split('name="use_reading"')[1].split(">")[0]


def test_words_that_say_nothing_leave_the_form_as_it_was(desk, plan):
    response = save(desk, ADD, **typed(plan, "甲乙丙"))
    assert "measure" in response.context["adminform"].form.errors
    assert response.context["adminform"].form.suggestion is None
    assert save(desk, ADD, **typed(plan, "抓好落实", measure="qualitative", state="watch")).status_code == 302


# --- the monthly plan -----------------------------------------------------------------------------


def test_a_drafted_target_has_its_monthly_plan_filled_corrected_and_saved(desk, plan):
    target = make_target(plan, target_value=480)
    response = save(desk, change(target), _fill="even", title="新名称")
    assert response.status_code == 200
    assert [row.value() for row in response.context["adminform"].form.rows.bound_rows()][5:7] == [
        "240",
        "280",
    ]
    assert "新名称" in response.content.decode()
    assert not target.trajectory.exists()
    for june in ("200", "220"):
        assert save(desk, change(target), planned_2025_06=june, planned_2025_12="480").status_code == 302
    assert list(target.trajectory.values_list("period_end", "planned_value")) == [
        (date(2025, 6, 30), 220),
        (date(2025, 12, 31), 480),
    ]
    plan.issue()
    file_entry(target, 6, "215", JULY)
    target.refresh_from_db()
    assert (target.current.expected, target.current.light) == (Decimal("45.8"), Status.AMBER)


def test_nobody_alone_gives_an_issued_target_a_monthly_plan(desk):
    target = make_target(target_value=480)
    file_entry(target, 6, "215", JULY)
    before = list(target.assessments.values())
    assert desk.get(change(target)).context["adminform"].form.rows is None
    assert save(desk, change(target), planned_2025_06="200", planned_2025_12="480").status_code == 302
    assert (list(target.assessments.values()), target.trajectory.count()) == (before, 0)


@pytest.mark.parametrize(
    ("fields", "row"),
    [
        ({"planned_2025_06": "五百"}, "planned_2025_06"),
        ({"planned_2025_06": "300", "planned_2025_07": "200", "planned_2025_12": "480"}, "planned_2025_07"),
        ({"planned_2025_12": "400"}, "planned_2025_12"),
    ],
)
def test_a_monthly_plan_that_cannot_be_is_refused_at_its_row(desk, fields, row):
    target = make_target(make_plan(state="drafting"), target_value=480)
    response = save(desk, change(target), **fields)
    assert list(response.context["adminform"].form.errors) == [row]
    assert not target.trajectory.exists()


def test_the_form_opens_with_the_months_planned_so_far(desk, plan):
    target = make_target(plan, target_value=480)
    save(desk, change(target), planned_2025_06="200", planned_2025_12="480")
    rows = desk.get(change(target)).context["adminform"].form.rows.bound_rows()
    assert {row.name: row.value() for row in rows if row.value()} == {
        "planned_2025_06": "200", "planned_2025_12": "480",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "ways"),
    [
        pytest.param({"measure": "flow"}, ["even", "at_closing"], id="a sum"),
        pytest.param({"measure": "stock"}, ["even", "at_closing"], id="a level"),
        pytest.param(
            {"measure": "rank", "comparator": "lte", "target_value": 3, "unit_of_measure": "名"},
            ["at_closing"], id="a rank",
        ),
    ],
)  # fmt: skip
def test_months_are_filled_evenly_only_where_a_figure_grows_with_them(desk, plan, fields, ways):
    target = make_target(plan, **fields)
    form = desk.get(change(target)).context["adminform"].form
    assert [way for way, _label in form.rows.offers()] == ways


def test_a_question_about_the_words_is_no_error_of_the_page(desk, plan):
    asks = save(desk, ADD, **typed(plan, "规上工业企业数量突破150家"))
    assert asks.context["adminform"].form.asks_twice
    assert not asks.context["errors"]
    wrong = save(desk, ADD, **typed(plan, "甲乙丙"))
    assert wrong.context["errors"]


def test_who_only_reads_targets_has_no_monthly_plan_to_fill(client):
    target = make_target()
    user = author(target.lead_unit)
    user.is_staff = True
    user.save()
    client.force_login(user)
    assert "planned_2025_06" not in client.get(change(target)).content.decode()
    assert client.post(change(target), {"planned_2025_12": "520"}).status_code == 403
    assert not target.trajectory.exists()


def test_nodes_and_words_have_no_monthly_plan(desk):
    target = make_target(measure="milestone")
    assert "planned_2025_06" not in desk.get(change(target)).content.decode()


# --- units ----------------------------------------------------------------------------------------


def test_only_the_plans_own_units_are_offered_by_name_and_parent(desk, plan):
    other = make_unit("云溪镇", parent=None)
    twin = make_unit("经发办2", parent=other)
    type(twin).objects.filter(pk=twin.pk).update(name="经发办")
    target = make_target(plan)
    fields = desk.get(change(target)).context["adminform"].form.fields
    labels = [label for _value, label in fields["lead_unit"].choices if _value]
    assert labels == ["外海街道", "外海街道 · 综合办", "外海街道 · 经发办"]
    assert "云溪镇 · 经发办" in desk.get(ADD).content.decode()


def test_a_unit_of_another_town_is_refused_in_words(desk, plan):
    foreign = make_unit("云溪经发办", parent=make_unit("云溪镇", parent=None))
    whole = {"measure": "flow", "target_value": "5", "unit_of_measure": "家", "comparator": "gte"}
    response = save(desk, ADD, **{**typed(plan, "", **whole), "lead_unit": foreign.pk})
    assert response.context["adminform"].form.errors == {"lead_unit": ["该单位不在本计划所属地区内。"]}
    target = make_target(plan)
    response = save(desk, change(target), lead_unit=foreign.pk)
    assert list(response.context["adminform"].form.errors) == ["lead_unit"]


def test_reporting_officers_are_named_with_their_unit(desk, plan):
    make_user("张三", make_unit())
    make_user("李四", make_unit("云溪镇", parent=None))
    for page in (ADD, change(make_target(plan))):
        choices = desk.get(page).context["adminform"].form.fields["reporter"].choices
        assert [label for value, label in choices if value] == ["综合办 · 统筹员", "经发办 · 张三"]


def test_the_page_carries_the_version_that_was_seen(desk, plan):
    target = make_target(plan)
    assert f'name="seen_version" value="{target.version}"' in desk.get(change(target)).content.decode()


def test_a_deadline_beyond_the_plan_is_refused_at_its_field(desk, plan):
    fields = {"plan": plan.pk, "title": "学校建成", "lead_unit": make_unit().pk, "measure": "milestone"}
    refused = save(desk, ADD, **fields, due_on="2026-03-31")
    assert refused.context["adminform"].form.errors.keys() == {"due_on"}
    assert save(desk, ADD, **fields, due_text="2026年3月底").status_code == 302
    assert Target.objects.get().due_text == "2026年3月底"


# --- another target, without a script to search for it ---------------------------------------


def test_another_target_is_named_by_its_code_or_title(desk, plan):
    """A list of thousands cannot stand in the page; whoever has no script types the code or the title."""
    whole, one = make_target(plan, title="工业产值"), make_target(plan, title="高新产值", code="60")
    for words, found in ((whole.code.lower(), whole), ("工业产值", whole), ("60", one)):
        part = make_target(plan, title="部分")
        save(desk, change(part), **{"parent-typed": words})
        part.refresh_from_db()
        assert part.parent == found


@pytest.mark.parametrize(("words", "told"), [("产值", "P25-01 工业产值"), ("没有的\x00", "没有编号或名称")])
def test_words_that_name_no_one_target_are_refused_and_kept(desk, plan, words, told):
    make_target(plan, title="工业产值")
    make_target(plan, title="高新产值")
    part = make_target(plan, title="部分")
    answer = save(desk, change(part), **{"parent-typed": words})
    [said] = answer.context["adminform"].form.errors["parent"]
    assert told in said
    assert f'name="parent-typed" value="{words.strip(chr(0))}"' in answer.content.decode()
    part.refresh_from_db()
    assert part.parent is None
