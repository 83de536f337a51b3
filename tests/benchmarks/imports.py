"""A month's reports read in from a sheet, beside django-import-export reading the same rows.

The peer is no dependency: `pip install django-import-export` beside the development tools, or the row is
left out. It looks at the rows (a dry run), then writes them, as its page does; it writes past the model's
checks, judges nothing, asks nothing and keeps no record.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from random import Random
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection, models, transaction
from django.utils import timezone
from openpyxl import Workbook

from targets.filing.intake import Intake
from targets.filing.lines import Line, read_lines
from targets.filing.occasion import loggable
from targets.models import Plan, ProgressEntry
from targets.models.audit.recording import recording
from targets.models.enums import Part
from targets.workbooks.filing_sheet import Returned, write_filing_sheet
from tests.benchmarks.data import Data
from tests.benchmarks.measure import Operation, Row, medians, timed

ROWS, MONTHS = 10_000, 1
NUMBER = 900  # of the plan among those that are loaded


def importing(data: Data, runs: int, rows: int = ROWS) -> Iterator[Row]:
    if not find_spec("import_export"):
        return
    data.load(rows, NUMBER, MONTHS)
    plan = Plan.objects.get(code=f"LOAD{NUMBER}")
    by = get_user_model().objects.filter(groups__name="统筹员", member__unit=plan.jurisdiction).first()
    by = by or get_user_model().objects.filter(is_superuser=True).first()
    sheet, table = papers(plan, by)

    def ours() -> None:
        looked = Intake(sheet, user=by)
        asked = set(looked.not_ready())
        with recording():
            intake = Intake(sheet, user=by, seen=looked.seen)
            assert sum(intake.write(ready={row.code for row in intake.rows} - asked).values()) == rows

    def theirs() -> None:
        resource = _resource(plan)
        looked = resource.import_data(_dataset(table), dry_run=True)
        assert not looked.has_errors()
        written = resource.import_data(_dataset(table), dry_run=False, raise_errors=True)
        assert written.totals["new"] == rows

    found = medians(min(runs, 3), ours=Operation(_taken_back(ours)), theirs=Operation(_taken_back(theirs)))
    name = f"read in {rows:,} reports: check, look, write, judge / django-import-export, without judging"
    yield timed(name, found["ours"], found["theirs"], "≤ 0.25")
    told = [f"{_statements(_taken_back(act)):,}" for act in (ours, theirs)]
    yield Row("queries of both", *told, "—")


def _statements(act: Callable[[], Any]) -> int:
    count = 0

    def counted(execute: Any, *given: Any) -> Any:
        nonlocal count
        count += 1
        return execute(*given)

    with connection.execute_wrapper(counted):
        act()
    return count


def _taken_back(act: Callable[[], Any]) -> Callable[[], Any]:
    def run() -> None:
        with transaction.atomic():
            act()
            transaction.set_rollback(True)

    return run


def papers(plan: Plan, by: Any) -> tuple[bytes, bytes]:
    """The filled-in sheet of all targets, and the same rows as a plain table."""
    chance, period = Random(1), plan.periods.get(number=MONTHS + 1)
    lines = read_lines(Line, loggable(by).filter(plan=plan), period, Part.REPORT, timezone.localdate())
    typed, plain = {}, Workbook(write_only=True)
    table = plain.create_sheet()
    table.append(["target", "period", "value", "narrative", "issues", "next_steps"])
    for line in lines:
        value = chance.randrange(1, 1000) if line.carries_figure else None
        words = [f"本月推进情况{chance.randrange(10**6)}", "用工不足", "增加招工"]
        typed[line.target.code, None] = dict(
            zip(("narrative", "issues", "next_steps"), words, strict=True)
        ) | ({"value": value} if value is not None else {})
        table.append([line.target.pk, period.pk, value, *words])
    file, other = io.BytesIO(), io.BytesIO()
    write_filing_sheet(file, plan.jurisdiction, period, lines, Returned(typed=typed))
    plain.save(other)
    return file.getvalue(), other.getvalue()


def _dataset(table: bytes) -> Any:
    from tablib import Dataset  # noqa: PLC0415  (may not be installed)

    return Dataset().load(table, format="xlsx")


def _resource(plan: Plan) -> Any:
    from import_export import resources  # noqa: PLC0415  (may not be installed)

    class EntryResource(resources.ModelResource):
        class Meta:
            model = ProgressEntry
            fields = ("target", "period", "value", "narrative", "issues", "next_steps")
            import_id_fields = ("target", "period")

        def do_instance_save(self, instance: ProgressEntry, is_create: bool) -> None:
            instance.reported_by_unit_id = plan.jurisdiction_id
            models.Model.save(instance)

    return EntryResource()
