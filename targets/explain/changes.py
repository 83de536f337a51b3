"""A revision of the promise in words, field by field."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from targets.explain.people import person, titled
from targets.explain.quantities import day, listed, month_of, number, quantity
from targets.status import Status


def revision(change: Any) -> dict[str, Any]:
    """Return one revision for a template: node, changed fields, and the other targets of the request."""
    added = change.kind == "open"  # the page shows the whole promise already
    told = [] if added else differences(change)
    changed = [{"field": label, "old": old, "new": new} for label, old, new in told]
    if change.until:
        until = str(change._meta.get_field("until").verbose_name)
        changed.append({"field": until, "old": "", "new": day(change.until)})
    if not added and (curve := change.curve_asked()):
        on = change.target.plan.ends_on
        said = listed(f"{month_of(end, on)} {number(planned)}" for end, planned in curve.items())
        name = str(change.curve.model._meta.verbose_name_plural)
        changed.append({"field": name, "old": "", "new": said})
    together = many(change.others) if getattr(change, "others", 0) else ""
    return {"act": change, "node": change.milestone, "changed": changed, "together": together}


def signed(change: Any) -> str:
    """Return who asked for an approved revision and who signed it: 方序申请，赵云批准."""
    words = {"asker": person(change.asked_by), "signer": person(change.approved_by)}
    if change.asked_by is None:
        return _("approved by %(signer)s") % words
    if change.asked_by == change.approved_by:
        return _("filled in by %(asker)s") % words
    return _("asked for by %(asker)s, approved by %(signer)s") % words


def differences(change: Any) -> list[tuple[str, str, str]]:
    """Return (label, old, new) for each field whose text changes; a leader's two fields count as one."""
    row, found = change.row, pairs(change)
    told = {name: tuple(stored(change, name, kept) for kept in pair) for name, pair in found.items()}
    if words := told.pop("accountable_leader_words", None):
        people = told.get("accountable_leader", ("—", "—"))
        told["accountable_leader"] = tuple(
            person if person != "—" else text for person, text in zip(people, words, strict=True)
        )
    return [(field(row, name), old, new) for name, (old, new) in told.items() if old != new]


def many(others: int) -> str:
    """Return in words how many other targets the same request covers."""
    return ngettext("together with %(count)s other", "together with %(count)s others", others) % {
        "count": others
    }


def pairs(change: Any) -> dict[str, tuple[Any, Any]]:
    """Return field → (before, after). A request not approved stores no old value: the row still has it."""
    row = change.row
    return {
        name: (old if change.approved_at or name == "override_light" else row.column(name), new)
        for name, (old, new) in change.changes.items()
    }


def field(row: Any, name: str) -> str:
    """Return the label of a field of a target or node that a revision changes."""
    return _("light") if name == "override_light" else str(row._meta.get_field(name).verbose_name)


def stored(change: Any, name: str, kept: Any) -> str:
    """Return a value of a field in words; `kept` is the value itself or its text stored in a revision."""
    if kept in (None, ""):
        return "—"
    if name == "override_light":
        return str(Status(int(kept)).label)
    row = change.row
    column = row._meta.get_field(name)
    if column.is_relation:
        named = change.named(name, kept)
        if named is None:
            return _("(deleted)")
        return titled(named) if name == "accountable_leader" else str(named)
    value = column.to_python(kept)
    if isinstance(value, Decimal):
        return quantity(value, getattr(row, "unit_of_measure", ""))
    if isinstance(value, date):
        return day(value)
    return str(dict(column.choices or ()).get(value, value))
