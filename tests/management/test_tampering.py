"""verify finds and names whatever another hand writes past the product: a hundred times, by SQL."""

import json
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, models, transaction

from targets.management.commands import verify as command
from targets.models import (
    Assessment,
    AuditRecord,
    AuditSeal,
    Evidence,
    IssuedReport,
    KeptFile,
    MilestoneCompletion,
    PolishedText,
    ProgressEntry,
    Target,
    TargetRevision,
)
from targets.models.audit import sealing
from targets.models.audit.sealing import seal
from targets.models.issued.verifying import reports_are_whole
from targets.models.ledger.noted import keys_in
from targets.models.ledger.verifying import verify
from targets.workbooks.issuing import publish
from tests.factories import (
    at,
    coordinator,
    correct_entry,
    draft_entry,
    file_entry,
    make_node,
    make_target,
    sign,
)

pytestmark = pytest.mark.django_db

JULY, AUGUST = date(2025, 7, 3), date(2025, 8, 5)
TABLES = (
    Assessment, ProgressEntry, TargetRevision, MilestoneCompletion, AuditRecord, AuditSeal, IssuedReport,
    KeptFile, Evidence,
)  # fmt: skip
POINTERS = ("current", "newest_report", "newest_figure")
HOW_OFTEN = 100


@pytest.fixture
def history(settings, tmp_path):
    """Figures and nodes, corrected; changes signed, one annulled; drafts; two issues, one polished."""
    settings.MEDIA_ROOT = tmp_path
    figure = make_target(title="产值")
    entry = file_entry(figure, 6, "265.2", JULY, narrative="已完成265.2亿元", issues="缺订单")
    ask = {"by": coordinator(), "document_no": "外街〔2025〕9号", "reason": "调整", "at": at(JULY)}
    change = figure.ask("value", effective_on=JULY, changes={"target_value": Decimal(500)}, **ask)
    sign(change, JULY)
    sign(figure.ask("annul", effective_on=JULY, annuls=change, **ask), JULY)
    sign(figure.ask("deadline", effective_on=JULY, changes={"due_on": date(2025, 11, 30)}, **ask), JULY)
    seal()
    steps = make_target(
        title="新馆", measure="milestone", due_on=date(2025, 9, 30), nodes=[date(2025, 6, 30)]
    )
    make_node(steps, date(2025, 9, 30))
    node = steps.milestones.get(due_on=date(2025, 6, 30))
    told = file_entry(steps, 6, None, JULY, nodes={node: date(2025, 7, 1)})
    publish(IssuedReport.objects.in_preparation(entry.period), by=coordinator(), at=at(date(2025, 7, 6)))
    correct_entry(told, AUGUST, narrative="核实")
    correct_entry(entry, AUGUST, value=255)
    author = coordinator()
    file = KeptFile.keep(b"%PDF-1.7", "会议纪要.pdf", by=author, at=at(AUGUST))
    Evidence.objects.put(draft_entry(figure, 7, "300", AUGUST), [file])
    report = IssuedReport.objects.in_preparation(entry.period)
    report.save()
    words = {"said": "缺订单", "text": "订单不足"}
    PolishedText(report=report, target=figure, field="issues", **words).save()
    publish(report, by=coordinator(), at=at(AUGUST, 18))
    seal()


def found():
    """What the command prints."""
    counts = Counter()
    return [*verify(None, counts), *reports_are_whole(None), *command._files()]


def run(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def stored(row, field, value):
    return field.get_db_prep_save(value, connection)


def otherwise(random, row, field):
    """Another value that the column takes."""
    value = getattr(row, field.attname)
    if value is not None and field.null and random.random() < 0.2:
        return None
    if isinstance(field, models.BooleanField):
        return not value
    if field.choices and not isinstance(field, models.ForeignKey):
        return random.choice([key for key, _label in field.flatchoices if key != value])
    if isinstance(field, models.DateTimeField):
        return (value or at(JULY)) + timedelta(minutes=random.randint(1, 9999))
    if isinstance(field, models.DateField):
        return (value or JULY) + timedelta(random.randint(1, 300))
    if isinstance(field, models.JSONField):
        return [*value, {"改": 1}] if isinstance(value, list) else {**value, "改": [1, 2]}
    if isinstance(field, models.DecimalField):
        return (value or Decimal(0)) + random.randint(1, 9)
    if isinstance(field, models.IntegerField | models.ForeignKey):
        return (value or 0) + random.randint(1, 5)
    if isinstance(field, models.GenericIPAddressField):
        return f"10.0.0.{random.randint(1, 254)}"
    return f"改{value}"[: field.max_length]


def change(random, row):
    model = type(row)
    columns = [f for f in model._meta.concrete_fields if f.name not in ("id", "version", *POINTERS)]
    field = random.choice(columns)
    value = otherwise(random, row, field)
    sql = f'UPDATE {model._meta.db_table} SET "{field.column}" = %s WHERE id = %s'
    run(sql, stored(row, field, value), row.pk)
    return f"{model.__name__}.{field.name} = {value!r}"


def delete(random, row):
    if isinstance(row, AuditSeal):
        run("DELETE FROM targets_auditrecord WHERE seal_id = %s", row.pk)
    run(f"DELETE FROM {type(row)._meta.db_table} WHERE id = %s", row.pk)
    return f"{type(row).__name__} deleted"


def insert(random, row):
    """A second row like it, with other values where one alone may have them."""
    model = type(row)
    alone = {name for rule in model._meta.constraints for name in getattr(rule, "fields", ())[-1:]}
    row.pk = model._base_manager.latest("pk").pk + 1
    values = {"id": row.pk}
    for field in model._meta.concrete_fields[1:]:
        value = getattr(row, field.attname)
        if field.unique or field.name in alone:
            value = otherwise(random, row, field)
        setattr(row, field.attname, value)
        values[field.column] = stored(row, field, value)
    columns = ", ".join(f'"{name}"' for name in values)
    places = ", ".join("%s" for _value in values)
    run(f"INSERT INTO {model._meta.db_table} ({columns}) VALUES ({places})", *values.values())
    return f"{model.__name__} inserted"


def point_elsewhere(random, target):
    name = random.choice([name for name in POINTERS if getattr(target, f"{name}_id")])
    others = {"current": Assessment}.get(name, ProgressEntry).objects.exclude(
        pk=getattr(target, f"{name}_id")
    )
    to = random.choice([None, *others.values_list("pk", flat=True)])
    run(f"UPDATE targets_target SET {name}_id = %s WHERE id = %s", to, target.pk)
    return f"{target}.{name} = {to}"


def spoil(random, file):
    data = file.read()
    with default_storage.open(file.stored_as, "wb") as kept:
        kept.write(data[:-1] if random.random() < 0.5 else data + b"\n")
    return f"{file} on the disk"


def tamper(random):
    """One act of another hand: what it was, and what a sentence about it must name."""
    kind = random.choice([change, change, delete, insert, point_elsewhere, spoil])
    model = {point_elsewhere: Target, spoil: KeptFile}.get(kind) or random.choice(TABLES)
    row = random.choice(list(model._base_manager.order_by("pk")))
    names = [f"（{model._meta.model_name}.{row.pk}）", str(row)]
    if isinstance(row, Target):
        names = [f"{row.code}："]
    elif isinstance(row, AuditRecord):
        names = [f"第{row.seal.number}次封存"]
    elif isinstance(row, AuditSeal):
        # the newest of all can be cut off, but not what its records said
        written = keys_in("".join(row.records.values_list("rows", flat=True)))
        names = [f"第{row.number}次封存", *(f"（{key}）" for key in written)]
    what = kind(random, row)
    if kind is insert:
        names = [f"（{model._meta.model_name}.{row.pk}）", *names[1:]]
        if isinstance(row, AuditRecord | AuditSeal):
            names = [f"第{(row.seal if isinstance(row, AuditRecord) else row).number}次封存"]
    return what, names


@pytest.mark.parametrize("first", range(0, HOW_OFTEN, 25))
def test_whatever_another_hand_writes_is_found_and_named(history, first):
    assert found() == []
    files = {file.stored_as: file.read() for file in KeptFile.objects.all()}
    unseen = []
    for seed in range(first, first + 25):
        with transaction.atomic():
            what, names = _once(Random(seed))
            told = found()
            if not any(name in line for name in names for line in told):
                unseen.append((seed, what, names, told))
            transaction.set_rollback(True)
        _written(files)
    assert unseen == []
    assert found() == []


def _once(random):
    while True:
        try:
            with transaction.atomic():
                return tamper(random)
        except IntegrityError:  # the database itself refuses that one
            continue


def _written(files):
    for name, data in files.items():
        with default_storage.open(name, "wb") as kept:
            kept.write(data)


# --- a hand that knows the tables -----------------------------------------------------------------


def raise_the_figure():
    """The figure that counts, and every row of the ledger that rests on it. Gives the entry and the rows."""
    run("UPDATE targets_progressentry SET value = 300 WHERE revision_no = 2 AND value IS NOT NULL")
    entry = ProgressEntry.objects.get(revision_no=2, value=300)
    rows = entry.target.assessments.order_by("pk")
    newest = {row.effective_on: row for row in rows if row.effective_on >= entry.effective_on}
    for fresh in Assessment.afresh(entry.target, entry.target.facts(), newest, "rule"):
        for name in (*Assessment.VERDICT, *Assessment.COMMITMENT):
            field = Assessment._meta.get_field(name)
            value = stored(fresh, field, getattr(fresh, field.attname))
            sql = f"UPDATE targets_assessment SET {field.column} = %s WHERE id = %s"
            run(sql, value, newest[fresh.effective_on].pk)
    return entry, Assessment.objects.filter(pk__in=[row.pk for row in newest.values()])


def test_a_figure_altered_with_the_ledger_that_rests_on_it_is_found(history):
    entry, rows = raise_the_figure()
    told = "".join(found())
    assert f"（progressentry.{entry.pk}） {entry}：value与审计日志所记不符" in told
    assert all(f"（assessment.{row.pk}）" in told for row in rows)
    assert "重新评定" not in told


def test_an_audit_made_anew_does_not_fit_the_head_that_was_printed(history):
    _entry, rows = raise_the_figure()
    digests = {f"assessment.{row.pk}": row.digest for row in rows}
    for record in AuditRecord.objects.order_by("pk"):
        for key, changed in record.changes.items():
            if changed.get("value", [None, None])[1] in (255, "255"):
                changed["value"][1] = 300
            if key in digests:
                changed["digest"][1] = digests[key]
        run(
            "UPDATE targets_auditrecord SET changes = %s WHERE id = %s", json.dumps(record.changes), record.pk
        )
    before = ""
    for each in AuditSeal.objects.order_by("number"):
        before = sealing._digests(before, sealing._rows(seal=each), each)[-1]
        run("UPDATE targets_auditseal SET digest = %s WHERE id = %s", before, each.pk)
    printed = IssuedReport.objects.get(number=2)
    assert found() == [
        f"P25第2期：审计日志第{printed.seal_number}次封存与该期所印摘要（{printed.short_seal_digest}）不符。"
    ]


@pytest.mark.parametrize(
    "changes",
    ["[]", '{"%(key)s": 5}', '{"%(key)s": {"value": ["只有一个"]}}', '{"%(key)s": {"value": [1, "多"]}}'],
)
def test_a_garbled_record_breaks_its_seal_and_stops_no_check(history, changes):
    entry = ProgressEntry.objects.filter(value=255).get()
    record = AuditRecord.objects.about(entry).earliest("pk")
    garbled = changes.replace("%(key)s", f"progressentry.{entry.pk}")
    rows = f"{record.rows}progressentry.x|nothing.7|"
    sql = "UPDATE targets_auditrecord SET changes = %s, rows = %s WHERE id = %s"
    run(sql, garbled, rows, record.pk)
    run("UPDATE targets_keptfile SET name = 'x'")
    told = "".join(found())
    assert f"第{record.seal.number}次封存" in told
    assert told.count("：name与审计日志所记不符") == KeptFile.objects.count()


def test_what_an_earlier_version_did_not_note_is_no_sign_of_another_hand(history):
    approval = AuditRecord.objects.filter(act="approve").latest("pk")
    run("UPDATE targets_auditrecord SET rows = '', changes = '{}' WHERE id = %s", approval.pk)
    assert [line for line in found() if "审计日志中没有" in line or "审计日志所记" in line] != []
    newest = AuditRecord.objects.latest("pk")
    run("UPDATE targets_auditrecord SET kind = 'auditrecord' WHERE id = %s", newest.pk)
    assert [line for line in found() if "审计日志中没有" in line or "审计日志所记" in line] == []
