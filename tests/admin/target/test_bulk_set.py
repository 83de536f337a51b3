"""What many drafted targets have in common is set at once, in drafting plans only."""

import pytest
from django.urls import reverse

from targets.models import AuditRecord, Domain, OrgUnit, SupportingUnit, Target
from tests.factories import author, coordinator, make_plan, make_target, make_unit

pytestmark = pytest.mark.django_db
LIST = reverse("admin:targets_target_changelist")


@pytest.fixture
def plan():
    return make_plan(state="drafting")


@pytest.fixture
def desk(client):
    return signed_in(client, coordinator())


def signed_in(client, user):
    user.is_staff = True
    user.save()
    client.force_login(user)
    return client


def ask(desk, *targets, **fields):
    chosen = {"action": "set_in_bulk", "_selected_action": [target.pk for target in targets]}
    return desk.post(LIST, {**chosen, **fields})


def apply(desk, *targets, **fields):
    seen = {f"seen-{target.pk}": target.version for target in targets}
    return ask(desk, *targets, **{**seen, **fields, "_apply": ""})


def test_what_is_chosen_is_set_and_the_rest_stays(desk, plan):
    domain, farming = Domain.objects.create(plan=plan, name="产业"), make_unit("农业办")
    targets = [make_target(plan, accountable_leader_words=words) for words in ("镇长", "")]
    untouched = make_target(plan)
    assert "农业办" in ask(desk, *targets).content.decode()
    assert (
        apply(desk, *targets, domain=domain.pk, lead_unit=farming.pk, frequency="quarter").status_code == 302
    )
    found = Target.objects.order_by("number").values_list(
        "domain__name", "lead_unit__name", "accountable_leader_words", "frequency"
    )
    assert list(found) == [
        ("产业", "农业办", "镇长", "quarter"),
        ("产业", "农业办", "", "quarter"),
        (None, "经发办", untouched.accountable_leader_words, "month"),
    ]
    record = AuditRecord.objects.latest("pk")
    assert record.rows == "".join(f"|target.{target.pk}" for target in targets) + "|"


def test_nothing_chosen_sets_nothing(desk, plan):
    answer = apply(desk, make_target(plan))
    assert answer.status_code == 200
    assert answer.context["form"].errors


def test_one_target_in_the_way_is_named_and_none_is_set(desk, plan):
    first, second, third = (make_target(plan, title=title) for title in ("甲", "乙", "丙"))
    farming = make_unit("农业办")
    SupportingUnit(target=second, unit=farming).save()
    answer = apply(desk, first, second, third, **{f"seen-{third.pk}": 99, "lead_unit": farming.pk})
    assert answer.context["form"].non_field_errors() == [
        "2 乙：该单位已是配合单位。",
        "3 丙：在此期间有改动，请重新核对。",
    ]
    assert not Target.objects.filter(lead_unit=farming).exists()


def test_targets_of_an_issued_plan_are_left_alone(desk, plan):
    issued = make_target(make_plan("P26", year=2026))
    drafted = make_target(plan)
    assert apply(desk, drafted, issued, accountable_leader="镇长").status_code == 302
    assert not Target.objects.filter(accountable_leader_words="镇长").exists()


def test_a_unit_of_another_place_cannot_lead(desk, plan):
    elsewhere = OrgUnit(name="他镇")
    elsewhere.save()
    answer = apply(desk, make_target(plan), lead_unit=elsewhere.pk)
    assert "lead_unit" in answer.context["form"].errors


def test_only_coordinators_set_in_bulk(client, plan):
    target = make_target(plan)
    apply(signed_in(client, author()), target, accountable_leader="镇长")
    target.refresh_from_db()
    assert target.accountable_leader_words == ""
