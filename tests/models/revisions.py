"""Asking for and signing changes of the promise, and what is shown of it day by day."""

from datetime import date

from targets.models import Target
from tests.factories import at, author, coordinator, file_entry, make_target

OPENED, TODAY = date(2025, 1, 1), date(2025, 7, 10)
PAPER = {"document_no": "外街〔2025〕1号", "reason": "情况变化"}
DAYS = [
    date(2024, 12, 31), OPENED, date(2025, 4, 30), date(2025, 5, 1), date(2025, 7, 9), TODAY,
    date(2025, 10, 1), date(2026, 3, 1),
]  # fmt: skip


def ask(target, kind, changes=None, *, on=TODAY, day=TODAY, by=None, **fields):
    if kind == "override" and changes is None:
        changes, fields = {"override_light": 5}, {"until": date(2025, 9, 30), **fields}
    fields = {**PAPER, **fields}
    return target.ask(
        kind, by=by or author(target.lead_unit), effective_on=on, changes=changes, at=at(day), **fields
    )


def sign(revision, *, day=TODAY, by=None):
    return revision.approve(by=by or coordinator(), at=at(day))


def change(target, kind, changes=None, **fields):
    revision = ask(target, kind, changes, **fields)
    assert sign(revision, day=fields.get("day", TODAY))
    target.refresh_from_db()
    return revision


def fill(target, day=TODAY, **fields):
    """What was left open, asked for and signed; it holds from the first day on."""
    kinds = {"baseline_value": "baseline", "due_on": "deadline", "starts_on": "deadline"}
    kind = next((kind for name, kind in kinds.items() if name in fields), "definition")
    return change(target, kind, fields, on=target.opened_on, day=day)


def shown(target, known_at=None):
    """Status, light and numbers of every day of the year, as known at a moment."""
    found = []
    for on in DAYS:
        seen = Target.objects.with_status(on=on, known_at=known_at).select_related("row").get(pk=target.pk)
        row = seen.row
        found.append((seen.status, row and (row.light, row.value, row.gap, row.state, row.override_light)))
    return dict(zip(DAYS, found, strict=True))


def status(target, on):
    return Target.objects.with_status(on=on).get(pk=target.pk).status


def with_nodes():
    return make_target(measure="milestone", nodes=[date(2025, 6, 30), date(2025, 12, 31)])


def done(**fields):
    target = make_target()
    file_entry(target, 6, 530, date(2025, 7, 3), **fields)
    target.refresh_from_db()
    return target


def behind():
    target = make_target()
    file_entry(target, 3, 130, date(2025, 4, 3))
    file_entry(target, 6, 208, date(2025, 7, 3))
    return target
