"""Correcting and voiding an approved entry through the interface; later days are judged again."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from targets.models import AuditRecord, ProgressEntry
from targets.status import Status
from tests.factories import (
    author,
    coordinator,
    file_entry,
    make_node,
    make_target,
    make_unit,
    make_user,
    reviewer,
    staff,
    statistician,
    submit_entry,
    writer,
)

pytestmark = pytest.mark.django_db
JULY = date(2025, 7, 3)


def page(act, entry):
    return reverse(f"admin:targets_progressentry_{act}", args=(entry.pk,))


def shown(client, entry, act):
    """Field → text, as the page opens."""
    answer = client.get(page(act, entry), follow=True)
    form = answer.context.get("form") if answer.context else None
    found = {field.name: field.value() for field in form or ()}
    return {name: "on" if value is True else str(value) for name, value in found.items() if value}


def start(client, entry, act="correct", button="_draft", **fields):
    given = {"reason": "统计局核减", "source_ref": "市统计局函", "value": "235"}
    return client.post(page(act, entry), {**shown(client, entry, act), **given, **fields, button: "1"})


def hand_in(client, entry, act="correct", **fields):
    return start(client, entry, act, "_submit", **fields)


def submit(client, entry, **fields):
    data = {"answer": "reported", "reason": entry.reason, "source_ref": entry.source_ref}
    said = {"issues": "用电紧张", "next_steps": "协调增容"}
    return client.post(page("change", entry), {**data, **said, **fields, "_submit": "1"})


def approve(client, entry):
    client.force_login(staff(reviewer()))
    return client.post(page("change", entry), {"_approve": "1"})


def status(target, day):
    return type(target).objects.with_status(on=day).get(pk=target.pk).status


@pytest.fixture
def entry():
    return file_entry(make_target(title="全年工业总产值"), 6, "265.2", JULY, narrative="累计完成265.2亿元")


@pytest.fixture
def desk(client, entry):
    client.force_login(staff(author(entry.target.lead_unit)))
    return client


def test_a_correction_goes_its_way_and_later_days_are_judged_again(desk, entry):
    target = entry.target
    file_entry(target, 7, "305", date(2025, 8, 3))
    desk.force_login(author(target.lead_unit))
    text = desk.get(page("change", entry)).content.decode()
    assert page("correct", entry) in text
    assert page("void", entry) in text
    response = start(desk, entry)
    draft = ProgressEntry.objects.get(revision_no=2)
    assert response.url == page("change", draft)
    assert (draft.state, draft.value, draft.reason) == ("draft", 235, "统计局核减")
    assert (draft.source_ref, draft.narrative) == ("市统计局函", "累计完成265.2亿元")
    assert (status(target, JULY), target.entries.approved().count()) == (Status.GREEN, 2)

    asked = submit(desk, draft, value="235", narrative=draft.narrative)
    assert asked.status_code == 200
    assert "265.2" in " ".join(asked.context["doubts"])
    assert submit(desk, draft, value="235", narrative="累计完成235亿元").status_code == 302
    assert approve(desk, draft).status_code == 302
    assert status(target, JULY) == Status.AMBER
    assert status(target, date(2025, 8, 5)) == Status.GREEN
    assert target.assessments.filter(cause="correct").exists()

    listed = desk.get(page("change", entry)).context["versions"]
    assert [(row["entry"].revision_no, row["value"]) for row in listed] == [(2, "235亿元"), (1, "265.2亿元")]
    assert page("correct", entry) not in desk.get(page("change", entry)).content.decode()


def test_a_correction_is_one_page_and_one_submit(desk, entry):
    words = {"narrative": "累计完成235亿元", "issues": "用电紧张", "next_steps": "协调增容"}
    answer = hand_in(desk, entry, **words)
    version = ProgressEntry.objects.get(revision_no=2)
    assert answer.url == page("change", version)
    assert (version.state, version.value, version.narrative) == ("submitted", 235, words["narrative"])
    assert AuditRecord.objects.latest("pk").act == "correct"
    approve(desk, version)
    assert status(entry.target, JULY) == Status.AMBER


def test_what_is_doubtful_is_asked_on_the_page_and_nothing_is_written_before(desk, entry):
    words = {"issues": "用电紧张", "next_steps": "协调增容"}
    asked = hand_in(desk, entry, **words)
    assert asked.status_code == 200
    assert "265.2" in " ".join(asked.context["doubts"])
    assert "用电紧张" in asked.content.decode()
    assert ProgressEntry.objects.count() == 1
    assert hand_in(desk, entry, **words, confirmed="on").status_code == 302
    assert ProgressEntry.objects.get(revision_no=2).state == "submitted"


def test_a_void_is_one_page_and_one_submit(desk, entry):
    assert hand_in(desk, entry, "void", reason="口径有误").status_code == 302
    version = ProgressEntry.objects.get(revision_no=2)
    assert (version.state, version.is_void, version.value) == ("submitted", True, None)
    assert AuditRecord.objects.latest("pk").act == "void"


def test_a_correction_without_figure_and_words_is_refused_at_its_field(desk, entry):
    answer = hand_in(desk, entry, value="")
    assert "value" in answer.context["form"].errors
    assert ProgressEntry.objects.count() == 1


def test_the_statistician_corrects_what_was_published_beside_the_figure(client):
    target = make_target(figure_from="statistics")
    first = file_entry(target, 6, "265.2", JULY, part="statistic", narrative="", yoy="5.1")
    client.force_login(staff(statistician()))
    assert hand_in(client, first, value="264", yoy="4.9", published_rank="3").status_code == 302
    version = ProgressEntry.objects.get(revision_no=2)
    assert (version.state, version.yoy, version.published_rank) == ("submitted", Decimal("4.9"), 3)


def test_the_old_figure_may_be_confirmed_or_stands_inside_another_number(desk, entry):
    start(desk, entry)
    draft = ProgressEntry.objects.get(revision_no=2)
    assert submit(desk, draft, value="235", narrative="含1265.2和265.25").status_code == 302
    draft.refresh_from_db()
    assert draft.state == "submitted"


def test_a_void_takes_the_figure_away(desk, entry):
    target = entry.target
    file_entry(target, 5, "208", date(2025, 6, 3))
    desk.force_login(author(target.lead_unit))
    assert start(desk, entry, "void", reason="口径有误").status_code == 302
    draft = ProgressEntry.objects.get(is_void=True)
    assert (
        set(desk.get(page("change", draft)).context["adminform"].form.fields) & {"value", "narrative"}
        == set()
    )
    assert submit(desk, draft, value="999").status_code == 302
    approve(desk, draft)
    draft.refresh_from_db()
    assert (draft.state, draft.value) == ("approved", None)
    target.refresh_from_db()
    assert target.current.period_end == date(2025, 5, 31)
    assert page("void", draft) not in desk.get(page("change", draft)).content.decode()


def test_preliminary_becomes_final(desk, entry):
    first = file_entry(entry.target, 12, "520", date(2026, 1, 5), preliminary=True)
    entry.target.refresh_from_db()
    assert entry.target.current.settled is False
    desk.force_login(author(entry.target.lead_unit))
    start(desk, first, value="520", preliminary="", reason="年报核定")
    final = ProgressEntry.objects.get(period__number=12, revision_no=2)
    assert (final.value, final.preliminary) == (520, False)
    assert submit(desk, final, value="520", narrative="全年完成", confirmed="on").status_code == 302
    approve(desk, final)
    entry.target.refresh_from_db()
    assert entry.target.current.settled is True


def test_another_figure_ends_no_change(desk, entry):
    same = file_entry(entry.target, 7, None, date(2025, 8, 3), answer="no_change")
    assert same.value == Decimal("265.2")
    desk.force_login(author(entry.target.lead_unit))
    start(desk, same, value="300")
    draft = ProgressEntry.objects.get(revision_no=2)
    assert (draft.answer, draft.value) == ("reported", 300)


def test_nodes_are_carried(client):
    target = make_target(measure="milestone", title="文体中心建成")
    node = make_node(target, date(2025, 5, 31))
    make_node(target, date(2025, 11, 30))
    entry = file_entry(target, 6, None, JULY, nodes={node: date(2025, 5, 20)})
    client.force_login(staff(author(target.lead_unit)))
    start(client, entry)
    draft = ProgressEntry.objects.get(revision_no=2)
    assert [done.milestone for done in draft.completions.all()] == [node]


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"reason": " "}, "reason"), ({"source_ref": ""}, "source_ref"), ({"value": "235亿"}, "value")],
)
def test_what_is_missing_is_asked_for_and_the_rest_kept(desk, entry, fields, field):
    response = start(desk, entry, **fields)
    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    assert ("市统计局函" if field != "source_ref" else "统计局核减") in response.content.decode()
    assert ProgressEntry.objects.count() == 1


def test_a_second_click_leads_to_the_version_under_way(desk, entry):
    start(desk, entry)
    draft = ProgressEntry.objects.get(revision_no=2)
    for act in ("correct", "void"):
        assert start(desk, entry, act).url == page("change", draft)
    assert ProgressEntry.objects.count() == 2


def test_only_who_reports_corrects(client, entry):
    waiting = submit_entry(make_target(title="乙"), 6, "1", JULY)
    foreign = make_user("农业填报", make_unit("农业办"), "填报员")
    plain = make_user("办事员", entry.target.lead_unit)
    for person in (reviewer(), foreign, plain):
        client.force_login(staff(person))
        for act in ("correct", "void"):
            assert client.get(page(act, entry)).status_code == 403
            assert start(client, entry, act).status_code == 403
    client.force_login(staff(coordinator()))
    assert client.get(page("correct", waiting)).status_code == 302
    assert start(client, entry).status_code == 302
    assert ProgressEntry.objects.filter(revision_no=2).count() == 1


@pytest.mark.parametrize(("part", "value"), [("report", None), ("statistic", "265.2")])
def test_each_part_is_corrected_by_whose_it_is(client, part, value):
    target = make_target(figure_from="statistics")
    entry = file_entry(target, 6, value, JULY, part=part)
    for user in (author(target.lead_unit), statistician()):
        client.force_login(staff(user))
        offers = page("correct", entry) in client.get(page("change", entry)).content.decode()
        opens = [client.get(page(act, entry)).status_code for act in ("correct", "void")]
        is_theirs = user == writer(target, part)
        assert (offers, opens) == (is_theirs, [200 if is_theirs else 403] * 2)


def test_nothing_is_corrected_on_a_suspended_target(desk, entry):
    type(entry.target).objects.filter(pk=entry.target_id).update(state="suspended")
    assert page("correct", entry) not in desk.get(page("change", entry)).content.decode()
    assert start(desk, entry).status_code == 403


def test_what_was_filed_is_corrected_by_the_office_after_the_plan_is_closed_until_it_is_archived(desk, entry):
    entry.target.plan.close()
    assert page("correct", entry) not in desk.get(page("change", entry)).content.decode()
    assert start(desk, entry).status_code == 403  # the unit's own time is over
    desk.force_login(staff(coordinator()))
    assert page("correct", entry) in desk.get(page("change", entry)).content.decode()
    assert start(desk, entry).status_code == 302
    draft = ProgressEntry.objects.get(revision_no=2)
    assert submit(desk, draft, value="235", narrative="累计完成235亿元").status_code == 302
    approve(desk, draft)
    entry.target.plan.archive()
    draft.refresh_from_db()
    assert draft.state == "approved"
    assert start(desk, draft).status_code == 403


def test_the_enter_key_saves_a_draft(desk, entry):
    text = desk.get(f"{reverse('admin:targets_progressentry_add')}?target={entry.target.pk}").content.decode()
    assert text.index('name="_save"') < text.index('name="_submit"')
