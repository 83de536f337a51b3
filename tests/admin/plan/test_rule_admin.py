"""Light rules in words; a used version is read only and continued by a new one."""

import pytest
from django.urls import reverse

from targets.admin.plan.rule import in_words
from targets.models import LightRule
from tests.factories import make_plan, make_unit, make_user, reviewer

pytestmark = pytest.mark.django_db
LIST = reverse("admin:targets_lightrule_changelist")
ADD = reverse("admin:targets_lightrule_add")


@pytest.fixture
def desk(client):
    """Who runs the plans and the program too."""
    user = make_user("两职", make_unit("综合办"), "统筹员", "系统管理员")
    user.is_staff = True
    user.save()
    client.force_login(user)
    return client


def change(rule):
    return reverse("admin:targets_lightrule_change", args=(rule.pk,))


def test_the_presets_are_listed_with_their_bands_in_words(desk):
    text = desk.get(LIST).content.decode()
    for name in ("默认（10个百分点）", "两档制（达/未达序时）", "10/30个百分点", "连续两月升级"):
        assert name in text


def test_what_no_band_of_its_own_allows_is_red_and_said_so():
    rest = "其余未达到的均为红灯"
    assert rest not in in_words(LightRule())
    for band in ("level_band", "rate_band", "rank_band", "grace_units"):
        assert rest in in_words(LightRule(**{band: 0}))
    assert rest not in in_words(LightRule(has_amber=False, level_band=0))  # there all of it is


def test_a_rule_names_no_plan_of_another_town(desk):
    rule = make_plan().light_rule
    there = make_unit("礼乐街道", kind="township", parent=None)
    make_plan(code="LL25", jurisdiction=there, light_rule=rule)
    text = desk.get(LIST).content.decode()
    assert "P25" in text
    assert "LL25" not in text


def test_a_used_version_is_read_only_and_continued_by_a_copy(desk):
    rule = make_plan().light_rule
    page = desk.get(change(rule))
    assert 'name="amber_band"' not in page.content.decode()
    assert desk.post(change(rule), {"amber_band": "90"}).status_code == 403
    address = f"{ADD}?from={rule.pk}"
    assert address in page.content.decode()
    form = desk.get(address).context["adminform"].form
    assert (form.initial["name"], form.initial["version"]) == (rule.name, 2)
    typed = {name: form[name].value() for name in form.fields}
    data = {name: "" if value is None else value for name, value in typed.items()}
    assert desk.post(address, {**data, "amber_band": "15"}).status_code == 302
    assert LightRule.objects.get(name=rule.name, version=2).amber_band == 15
    rule.refresh_from_db()
    assert rule.amber_band == 10
    again = desk.post(address, {**data, "amber_band": "20"})
    assert again.status_code == 200
    assert LightRule.objects.filter(name=rule.name).count() == 2


def test_an_unused_version_may_be_changed(desk):
    rule = LightRule.objects.create(name="试行")
    form = desk.get(change(rule)).context["adminform"].form
    typed = {name: form[name].value() for name in form.fields}
    data = {name: "" if value is None else value for name, value in typed.items()}
    assert desk.post(change(rule), {**data, "amber_band": "12"}).status_code == 302
    rule.refresh_from_db()
    assert rule.amber_band == 12


@pytest.mark.parametrize("odd", ["x", "987654", "9" * 30, "-1", ""])
def test_an_odd_version_to_continue_leaves_the_form_empty(desk, odd):
    assert "name" not in desk.get(f"{ADD}?from={odd}").context["adminform"].form.initial


def test_rules_are_for_coordinators(client):
    user = reviewer()
    user.is_staff = True
    user.save()
    client.force_login(user)
    for address in (LIST, ADD):
        assert client.get(address).status_code == 403
