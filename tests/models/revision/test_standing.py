"""How far a request has come: what it is called, who may still act on it, and that a decision stays."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from tests.factories import author, coordinator, deputy, make_target
from tests.models.revisions import ask
from tests.refusals import refused

pytestmark = pytest.mark.django_db


def asked():
    return ask(make_target(), "value", {"target_value": Decimal(455)})


def standing(request):
    return request.is_waiting, request.is_withdrawn, request.may_be_withdrawn_by(request.asked_by)


def test_while_it_waits_who_asked_may_take_it_back_and_nobody_else():
    request = asked()
    assert standing(request) == (True, False, True)
    assert not request.may_be_withdrawn_by(coordinator())


def test_taken_back_it_is_withdrawn_and_decided():
    request = asked()
    request.withdraw(by=request.asked_by)
    request.refresh_from_db()
    assert standing(request) == (False, True, False)


def test_refused_by_another_it_is_decided_and_not_withdrawn():
    request = asked()
    request.refuse(by=coordinator(), comment="依据不足")
    request.refresh_from_db()
    assert standing(request) == (False, False, False)


def test_who_approves_what_was_refused_is_told_so():
    request = asked()
    request.refuse(by=coordinator(), comment="依据不足")
    with pytest.raises(ValidationError, match="已作不同意处理"):
        request.approve(by=deputy())


def test_a_decision_stays():
    request = asked()
    request.withdraw(by=request.asked_by)
    request.refresh_from_db()
    request.reason = "另有原因"
    with refused(None):
        request.save()


@pytest.mark.parametrize("moved", ["target", "asked_by"])
def test_a_waiting_request_keeps_its_target_and_who_asked(moved):
    request = asked()
    setattr(request, moved, make_target() if moved == "target" else coordinator())
    with refused(None):
        request.save()
    request.refresh_from_db()
    assert request.asked_by == author()
