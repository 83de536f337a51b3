"""The register of a plan on the terminal, or for another program as JSON or CSV."""

from __future__ import annotations

import csv
import io
import json
import sys
from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from targets import explain
from targets.management import register_options, text_table
from targets.management.described import DescribedCommand
from targets.reading.typed import Refusal, parse_number
from targets.register.columns import FIGURES, NOT_APPLICABLE, Column, Kind, shown
from targets.register.register import Register
from targets.register.row import RegisterRow
from targets.status import Status
from targets.workbooks.cells import FORMULA_STARTS
from tracker import readiness


class Command(DescribedCommand):
    about = gettext_lazy("Print the status of every target of a plan.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        register_options.add_arguments(parser)
        parser.add_argument("--format", choices=("text", "json", "csv"), default="text")

    def handle(self, **options: Any) -> None:
        readiness.demand()
        register = register_options.register(options)
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


def record(row: RegisterRow) -> dict[str, str | int | None]:
    """A row for other programs: numbers as plain decimal strings, null where the page has a dash."""
    return {column.data: column.told(row) for column in shown("data")}


def as_csv(records: list[dict[str, Any]]) -> str:
    file = io.StringIO()
    writer = csv.DictWriter(file, [column.data for column in shown("data")], lineterminator="\n")
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
    columns = shown("terminal")
    right = [place for place, column in enumerate(columns) if column.kind in FIGURES]
    cells = [[_cell(column, row) for column in columns] for row in rows]
    table = text_table.lines([str(column.terminal) for column in columns], cells, right)
    counts = Counter(row.status for row in rows if row.status is not None)
    summary = [f"{status.label} {counts[status]}" for status in Status if counts[status]]
    return "\n".join([f"{register.plan.title}  {_scope(register)}", "", *table, "", "  ".join(summary)])


def _scope(register: Register) -> str:
    words = _("as of %(day)s") % {"day": explain.day(register.on)}
    if register.known_at is None:
        return words
    return words + _(", ") + _("as known at %(moment)s") % {"moment": explain.moment(register.known_at)}


def _cell(column: Column[RegisterRow], row: RegisterRow) -> str:
    """As a page says it, but a day in ISO form, and the marks in words beside their light."""
    if column.kind is Kind.DATE:
        return str(column.told(row) or NOT_APPLICABLE)
    marks = row.marks if column.kind is Kind.LIGHT else []
    return " ".join([column.said(row), *(f"[{mark}]" for mark in marks)])
