"""What others do while a month is being typed: nothing is overwritten unseen, nothing typed is lost."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from targets.models import FormDraft, ProgressEntry
from targets.models.draft import LONGEST
from tests.admin.desk.desk_typing import as_shown, confirm, desk, fill, row, told, typed
from tests.factories import at, author, draft_entry, file_entry, make_target, make_unit, make_user, staff

pytestmark = pytest.mark.django_db
JULY = date(2025, 7, 3)
KEEPER = reverse("admin:targets_progressentry_desk_draft")


@pytest.fixture
def colleague(target):
    other = Client()
    other.force_login(staff(make_user("同事", target.lead_unit, "填报员")))
    return other


def june():
    return ProgressEntry.objects.get(period__number=6)


# --- two at once ----------------------------------------------------------------------------------


def test_both_versions_of_a_row_are_shown_and_what_was_typed_stays(official, colleague, target):
    draft_entry(target, 6, "100", JULY, narrative="初稿")
    page = official.get(desk(target))
    fill(colleague, target, {target: {"value": "200", "issues": "同事的话"}}, "_save")
    page = official.post(desk(target), {**typed(page, {target: {"value": "300"}}), "_save": "1"})
    form = row(page, target)
    assert form.has_error("__all__", "stale")
    assert [(d.label, d.stored, d.mine) for d in form.differences] == [
        ("累计完成数", "200", "300"),
        ("存在问题", "同事的话", "—"),
    ]
    assert (form["value"].value(), form["issues"].value()) == ("300", "同事的话")
    assert june().value == 200

    official.post(desk(target), {**as_shown(page), "_save": "1"})
    assert (june().value, june().issues) == (300, "同事的话")


def test_a_row_somebody_else_began_is_not_taken_over_unseen(official, colleague, target):
    page = official.get(desk(target))
    fill(colleague, target, {target: {"value": "200"}}, "_save")
    page = official.post(desk(target), {**typed(page, {target: {"value": "300"}}), "_submit": "1"})
    assert row(page, target).has_error("__all__", "stale")
    assert (june().value, june().state) == (200, "draft")


def test_a_row_nobody_typed_into_is_no_conflict(official, colleague, target):
    other = make_target(title="税收")
    draft_entry(target, 6, "100", JULY)
    page = official.get(desk(target))
    fill(colleague, target, {target: {"value": "200"}}, "_save")
    answer = official.post(desk(target), {**typed(page, {other: {"value": "7"}}), "_save": "1"})
    assert answer.status_code == 302
    assert ProgressEntry.objects.get(target=target).value == 200
    assert ProgressEntry.objects.get(target=other).value == 7


def test_a_row_begun_meanwhile_that_nobody_typed_into_is_no_conflict(official, colleague, target):
    """Else to save again would empty it."""
    other = make_target(title="税收")
    page = official.get(desk(target))
    fill(colleague, target, {target: {"value": "200"}}, "_save")
    answer = official.post(desk(target), {**typed(page, {other: {"value": "7"}}), "_save": "1"})
    assert answer.status_code == 302
    assert ProgressEntry.objects.get(target=target).value == 200
    assert ProgressEntry.objects.get(target=other).value == 7


def test_two_who_typed_the_same_agree(official, colleague, target):
    page = official.get(desk(target))
    fill(colleague, target, {target: {"value": "265.2"}}, "_save")
    assert (
        official.post(
            desk(target), {**typed(page, {target: {"value": "２６５．２"}}), "_save": "1"}
        ).status_code
        == 302
    )
    assert june().version == 1


def test_what_was_typed_into_a_row_handed_in_meanwhile_is_shown(official, colleague, target):
    page = official.get(desk(target))
    confirm(colleague, fill(colleague, target, {target: {"value": "200"}}, "_submit"), target)
    said = {"value": "300", "narrative": "我写了很久的话"}
    page = official.post(desk(target), {**typed(page, {target: said}), "_submit": "1"})
    text = page.content.decode()
    assert "我写了很久的话" in text
    assert "同事" in text
    assert (june().value, june().state) == (200, "submitted")


def test_what_was_typed_for_a_target_gone_meanwhile_is_told(official, target):
    page = official.get(desk(target))
    data = typed(page, {target: {"value": "300", "narrative": "我写了很久的话"}})
    type(target).objects.filter(pk=target.pk).update(state="suspended")
    make_target(title="税收")
    page = official.post(desk(target), {**data, "_save": "1"}, follow=True)
    assert target.title in told(page)
    assert "我写了很久的话" in told(page)
    assert not ProgressEntry.objects.exists()


def test_a_double_click_makes_one_entry(official, target):
    page = official.get(desk(target))
    data = {**typed(page, {target: {"value": "265.2"}}), "_submit": "1"}
    asks = [official.post(desk(target), data) for _click in range(2)]
    assert [page.status_code for page in asks] == [200, 200]
    assert june().version == 1
    _first, second = (confirm(official, asks[0], target) for _click in range(2))
    assert june().state == "submitted"
    assert "无需重复操作" in told(second)


def test_only_the_version_that_was_shown_is_handed_in(official, colleague, target):
    asks = fill(official, target, {target: {"value": "265.2"}}, "_submit")
    fill(colleague, target, {target: {"value": "300"}}, "_save")
    page = confirm(official, asks, target)
    assert june().state == "draft"
    assert "没有提交" in told(page)


def test_who_left_the_unit_meanwhile_writes_nothing(official, target):
    page = official.get(desk(target))
    member = author(target.lead_unit).member
    member.unit = make_unit("农业办")
    member.save()
    answer = official.post(desk(target), {**typed(page, {target: {"value": "1"}}), "_save": "1"})
    assert answer.status_code in (400, 403)
    assert not ProgressEntry.objects.exists()


# --- unsaved text ---------------------------------------------------------------------------------


def keep(client, target, values, number=6):
    """What the page's script sends every minute."""
    page = client.get(desk(target, number))
    keys = tuple(f"{row(page, each).prefix}-" for each in values)
    data = {name: text for name, text in typed(page, values).items() if name.startswith(keys)}
    return client.post(desk(target, number, KEEPER), data)


def test_unsaved_text_is_there_again_and_not_yet_saved(official, target):
    assert keep(official, target, {target: {"value": "12万", "narrative": "写到一半"}}).status_code == 204
    page = official.get(desk(target))
    form = row(page, target)
    assert (form["value"].value(), form["narrative"].value()) == ("12万", "写到一半")
    assert page.context["grid"].restored == [form]
    assert 'name="_discard"' in page.content.decode()
    assert not ProgressEntry.objects.exists()


def test_after_the_session_ended_the_text_is_still_there(official, target):
    page = official.get(desk(target))
    data = typed(page, {target: {"value": "265.2", "narrative": "写了很久"}})
    keep(official, target, {target: {"value": "265.2", "narrative": "写了很久"}})
    official.session.flush()
    answer = official.post(desk(target), {**data, "_submit": "1"})
    assert answer.url.startswith("/login/") or "/admin/login/" in answer.url
    official.force_login(author(target.lead_unit))
    page = official.get(desk(target))
    assert row(page, target)["narrative"].value() == "写了很久"
    asks = official.post(desk(target), {**as_shown(page), "_submit": "1"})
    confirm(official, asks, target)
    assert june().narrative == "写了很久"


def test_a_save_ends_what_was_kept(official, target):
    keep(official, target, {target: {"narrative": "写到一半"}})
    page = official.get(desk(target))
    official.post(desk(target), {**as_shown(page), "_save": "1"})
    assert june().narrative == "写到一半"
    assert not FormDraft.objects.exists()


def test_kept_text_can_be_discarded(official, target):
    keep(official, target, {target: {"narrative": "写到一半"}})
    official.post(desk(target), {"_discard": "1"})
    assert not FormDraft.objects.exists()
    assert row(official.get(desk(target)), target)["narrative"].value() == ""


def test_kept_text_over_a_newer_version_shows_both(official, colleague, target):
    draft_entry(target, 6, "100", JULY, narrative="初稿")
    keep(official, target, {target: {"narrative": "我的话"}})
    fill(colleague, target, {target: {"narrative": "同事的话"}}, "_save")
    page = official.get(desk(target))
    assert row(page, target)["narrative"].value() == "我的话"
    page = official.post(desk(target), {**as_shown(page), "_save": "1"})
    assert [(d.stored, d.mine) for d in row(page, target).differences] == [("同事的话", "我的话")]


def test_kept_text_is_ones_own(official, colleague, target):
    keep(official, target, {target: {"narrative": "写到一半"}})
    assert "写到一半" not in colleague.get(desk(target)).content.decode()


def test_each_unit_and_period_keeps_its_own(official, target):
    keep(official, target, {target: {"narrative": "六月的话"}})
    assert "六月的话" not in official.get(desk(target, 7)).content.decode()


def test_text_taken_back_is_not_kept(official, target):
    keep(official, target, {target: {"narrative": "写到一半"}})
    official.post(desk(target, 6, KEEPER), {})
    assert not FormDraft.objects.exists()


def test_what_nobody_came_back_to_is_forgotten(official, target):
    keep(official, target, {target: {"narrative": "写到一半"}})
    FormDraft.objects.update(saved_at=at(date(2024, 1, 5)))
    keep(official, target, {target: {"narrative": "七月的话"}}, 7)
    assert FormDraft.objects.count() == 1


def test_too_much_text_is_refused_in_words(official, target):
    answer = official.post(desk(target, 6, KEEPER), {"x": "a" * LONGEST})
    assert answer.status_code == 413
    assert "保存草稿" in answer.content.decode()
    with pytest.raises(ValidationError):
        FormDraft.objects.keep(author(), "desk", "a" * (LONGEST + 1), at(JULY))


def test_unsaved_text_is_kept_by_post_only_and_for_own_targets(client, official, target):
    assert official.get(desk(target, 6, KEEPER)).status_code == 405
    stranger = Client()
    stranger.force_login(staff(make_user("旁人", make_unit("农业办"), "填报员")))
    assert stranger.post(desk(target, 6, KEEPER), {"x": "1"}).status_code == 403
    assert not FormDraft.objects.exists()


def test_without_its_token_nothing_is_taken(target):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(staff(author(target.lead_unit)))
    for address in (desk(target), desk(target, 6, KEEPER)):
        assert strict.post(address, {"_save": "1"}).status_code == 403


def test_last_words_are_adopted_without_scripts_and_nothing_is_saved(official, target):
    file_entry(target, 5, "100", date(2025, 6, 3), narrative="五月的话")
    page = official.get(desk(target))
    data = typed(page, {target: {"value": "12万"}})
    page = official.post(desk(target), {**data, "_adopt": row(page, target).prefix})
    form = row(page, target)
    assert (form["value"].value(), form["narrative"].value()) == ("12万", "五月的话")
    assert not ProgressEntry.objects.filter(period__number=6).exists()


# --- size -----------------------------------------------------------------------------------------


def filled_plan(count):
    """Targets with a report behind them, half of them with one under way."""
    targets = [make_target(title=f"指标{n}") for n in range(count)]
    for number, each in enumerate(targets):
        file_entry(each, 5, "100", date(2025, 6, 3))
        if number % 2:
            draft_entry(each, 6, "120", JULY)
    return targets


def test_the_page_costs_the_same_for_3_and_30_rows(official, target):
    costs = []
    for more, rows in ((2, 3), (27, 30)):
        filled_plan(more)
        with CaptureQueriesContext(connection) as asked:
            assert len(official.get(desk(target)).context["asked"]) == rows
        costs.append(len(asked))
    assert costs[0] == costs[1] <= 27


def test_the_rows_of_a_full_page_fit_into_one_post(official, target, settings):
    for n in range(39):
        make_target(title=f"指标{n}")
    page = official.get(desk(target))
    data = as_shown(page)
    assert len(data) * 2 < settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
    every = {form.line.target: {"value": "1", "narrative": "话" * 500} for form in page.context["asked"]}
    answer = official.post(desk(target), {**typed(page, every), "_save": "1"})
    assert answer.status_code == 302
    assert ProgressEntry.objects.filter(period__number=6).count() == 30
