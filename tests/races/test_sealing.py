"""Two processes seal the audit at the same moment, as a backup at night and an issue may."""

import pytest

from targets.models import AuditRecord, AuditSeal, OrgUnit
from targets.models.audit.sealing import broken_seals, seal
from tests.races import worker

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

ROUNDS = 40


def seals(name):
    worker.meet()
    for number in range(ROUNDS):
        OrgUnit(name=f"{name}{number}").save()
        seal()


def test_every_record_has_one_seal_and_all_of_them_fit(race):
    race((seals, "甲"), (seals, "乙"))
    assert AuditRecord.objects.count() == 2 * ROUNDS
    assert not AuditRecord.objects.filter(seal=None).exists()
    numbers = list(AuditSeal.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    assert broken_seals() == []
