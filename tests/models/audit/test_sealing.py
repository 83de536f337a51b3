"""Nobody changes or deletes a record; past the models it is noticed."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from targets.models import AuditRecord, AuditSeal, OrgUnit
from targets.models.audit.sealing import broken_seals, seal

pytestmark = pytest.mark.django_db


def write(*names):
    for name in names:
        OrgUnit(name=name).save()


def execute(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def test_records_and_seals_are_only_added():
    write("甲办")
    seal()
    record, sealed = AuditRecord.objects.get(), AuditSeal.objects.get()
    for row in (record, sealed):
        with pytest.raises(ValidationError):
            row.save()
        with pytest.raises(ValidationError):
            row.delete()
    for rows in (
        AuditRecord.objects,
        AuditSeal.objects.all(),
        AuditRecord.objects.about(OrgUnit.objects.get()),
    ):
        with pytest.raises(ValidationError):
            rows.all().delete()
        with pytest.raises(ValidationError):
            rows.all().update(pk=5)


def test_each_seal_takes_in_the_records_since_the_last():
    write("甲办", "乙办")
    first = seal()
    write("丙办")
    second = seal()
    assert (first.number, first.count, second.number, second.count) == (1, 2, 2, 1)
    assert first.digest != second.digest
    assert list(AuditRecord.objects.order_by("pk").values_list("seal", flat=True)) == [
        first.pk, first.pk, second.pk,
    ]  # fmt: skip
    assert broken_seals() == []


def test_without_new_records_the_newest_seal_stays():
    assert seal() is None
    write("甲办")
    first = seal()
    assert seal() == first
    assert AuditSeal.objects.count() == 1


@pytest.mark.parametrize(
    "forgery",
    [
        "UPDATE targets_auditrecord SET subject = '别的' WHERE id = %s",
        "UPDATE targets_auditrecord SET name = 'x' WHERE id = %s",
        "DELETE FROM targets_auditrecord WHERE id = %s",
        "UPDATE targets_auditrecord SET seal_id = NULL WHERE id = %s",
    ],
)
def test_a_forged_record_breaks_its_seal(forgery):
    write("甲办", "乙办")
    seal()
    write("丙办")
    seal()
    execute(forgery, AuditRecord.objects.earliest("pk").pk)
    (told,) = broken_seals()
    assert "第1" in told or "1" in told


def test_a_record_put_in_later_breaks_the_seal():
    write("甲办")
    first = seal()
    AuditRecord.objects.create(act="create", seal=first)
    assert len(broken_seals()) == 1


def test_a_seal_made_anew_over_forged_records_does_not_fit_the_next():
    write("甲办")
    seal()
    write("乙办")
    seal()
    execute("UPDATE targets_auditseal SET digest = %s WHERE number = 1", "0" * 64)
    assert len(broken_seals()) == 2


def test_a_missing_seal_is_told():
    for name in ("甲办", "乙办", "丙办"):
        write(name)
        seal()
    middle = AuditSeal.objects.get(number=2)
    execute("UPDATE targets_auditrecord SET seal_id = NULL WHERE seal_id = %s", middle.pk)
    execute("DELETE FROM targets_auditseal WHERE id = %s", middle.pk)
    assert len(broken_seals()) == 1
