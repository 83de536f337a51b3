"""The register of a plan on the terminal, or for another program as JSON or CSV."""

from __future__ import annotations

import csv
import io
import json
import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from targets import explain
from targets.management import asked, text_table
from targets.reading.typed import Refusal, parse_number
from targets.register.register import Register
from targets.register.row import RegisterRow
from targets.rules.quantities import plain
from targets.status import Status
from targets.workbooks.cells import FORMULA_STARTS


class Command(BaseCommand):
    @property
    def help(self) -> str:  # argparse takes no lazy text
        return _("Print the status of every target of a plan.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        asked.add_arguments(parser)
        parser.add_argument("--format", choices=("text", "json", "csv"), default="text")

    def handle(self, **options: Any) -> None:
        register = asked.register(options)
        rows = register.rows()
        if options["format"] == "text":
            self.stdout.write(as_text(register, rows))
            return
        if self.stdout._out is sys.stdout and hasattr(sys.stdout, "reconfigure"):
            # Whatever the terminal speaks, a file for another program is UTF-8.
            sys.stdout.reconfigure(encoding="utf-8")
        records = [record(row) for row in rows]
        if options["format"] == "json":
            self.stdout.write(json.dumps(records, ensure_ascii=False, indent=2))
        else:
            self.stdout.write(as_csv(records), ending="")


def record(row: RegisterRow) -> dict[str, Any]:
    """A row for other programs: numbers as plain decimal strings, null where the page has a dash."""
    return {name: read(row) for name, read in FIELDS.items()}


def _number(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


def _percentage(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:.1f}"


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


FIELDS: dict[str, Callable[[RegisterRow], Any]] = {
    "number": lambda row: row.target.number,
    "code": lambda row: row.target.code,
    "title": lambda row: row.target.title,
    "domain": lambda row: row.target.domain.name if row.target.domain else None,
    "lead_unit": lambda row: row.lead_unit.name,
    "measure": lambda row: row.target.measure,
    "comparator": lambda row: row.comparator or None,
    "target_value": lambda row: _number(row.target_value),
    "unit_of_measure": lambda row: row.target.unit_of_measure or None,
    "value": lambda row: _number(row.value),
    "period_end": lambda row: _iso(row.period_end),
    "attainment": lambda row: _percentage(row.attainment),
    "expected": lambda row: _percentage(row.expected),
    "gap": lambda row: _percentage(row.gap),
    "status": lambda row: None if row.status is None else row.status.key,
    "status_label": lambda row: None if row.status is None else row.status_label,
    "reporting": lambda row: row.reporting.key,
    "due_on": lambda row: _iso(row.due_on),
    "reason": lambda row: row.reason,
}


def as_csv(records: list[dict[str, Any]]) -> str:
    file = io.StringIO()
    writer = csv.DictWriter(file, FIELDS, lineterminator="\n")
    writer.writeheader()
    for fields in records:
        writer.writerow({name: _safe(value) for name, value in fields.items()})
    return file.getvalue()


def _safe(value: Any) -> Any:
    """Text that a spreadsheet would run as a formula, made text for it; a number stays one."""
    if not isinstance(value, str) or not value.startswith(FORMULA_STARTS):
        return value
    try:
        parse_number(value)
    except Refusal:
        return f"'{value}"
    return value


# --- for people -------------------------------------------------------------------------------


def as_text(register: Register, rows: list[RegisterRow]) -> str:
    headings = (
        _("no."), _("target"), _("status"), _("goal"), _("value"), _("data period"), _("attainment"),
        _("expected progress"), _("gap"), _("reporting"), _("due on"), _("lead unit"),
    )  # fmt: skip
    table = text_table.lines(headings, [_cells(row) for row in rows], right=(0, 3, 4, 6, 7, 8))
    counts = Counter(row.status for row in rows if row.status is not None)
    summary = [f"{status.label} {counts[status]}" for status in Status if counts[status]]
    return "\n".join([f"{register.plan.title}  {_scope(register)}", "", *table, "", "  ".join(summary)])


def _scope(register: Register) -> str:
    words = _("as of %(day)s") % {"day": explain.day(register.on)}
    if register.known_at is None:
        return words
    return words + _(", ") + _("as known at %(moment)s") % {"moment": explain.moment(register.known_at)}


def _cells(row: RegisterRow) -> tuple[str, ...]:
    target = row.target
    status = " ".join([row.status_label, *(f"[{mark}]" for mark in row.marks)])
    return (
        str(target.number),
        target.title,
        status,
        row.goal,
        explain.number(row.value),
        _iso(row.period_end) or "—",
        explain.percentage(row.attainment),
        explain.percentage(row.expected),
        explain.points(row.gap),
        str(row.reporting.label),
        _iso(row.due_on) or "—",
        str(row.lead_unit),
    )
