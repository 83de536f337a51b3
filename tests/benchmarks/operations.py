"""What is measured: the tracker's own way beside a plain one, on the same data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import date, datetime
from io import BytesIO
from itertools import count
from multiprocessing import get_context
from time import perf_counter
from typing import Any

from django.db import connection, models, transaction
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook

from targets.models import ProgressEntry
from targets.register.register import Register
from targets.seed.papers import moment
from targets.workbooks import write_workbook
from targets.workbooks.forms.progress import PROGRESS
from tests.benchmarks import imports, pages
from tests.benchmarks.data import LARGE, MONTHS, SMALL, Data
from tests.benchmarks.measure import Operation, Row, medians, timed

WRITERS = 50


def approving(data: Data, runs: int) -> Iterator[Row]:
    runs *= 3
    waiting = {plan: iter(data.submitted(plan, runs + 2)) for plan in ("small", "large")}
    at, versions = moment(date(data.year + 1, 1, 8), 10), count(1000)
    copied = ProgressEntry.objects.filter(target__plan=data.plans["small"]).first()

    def approve(plan: str) -> Callable[[], Any]:
        reviewer = data.official(plan, "shenhe")
        return lambda: next(waiting[plan]).approve(by=reviewer, at=at)

    def create() -> None:
        copied.pk, copied.revision_no, copied._state.adding = None, next(versions), True
        with transaction.atomic():
            # Past the model's own save(), which validates: what plain Django would do.
            models.Model.save(copied, force_insert=True)

    operations = {plan: Operation(approve(plan)) for plan in waiting}
    found = medians(runs, **operations, plain=Operation(create))
    yield timed("approve one entry / plain ORM create()", found["small"], found["plain"], "≤ 8")
    yield timed(f"approve in a plan of {LARGE} / of {SMALL}", found["large"], found["small"], "≈ 1")
    once_more = approve("small")
    with CaptureQueriesContext(connection) as queries:
        once_more()
    said = [query["sql"] for query in queries if "auditrecord" not in query["sql"]]
    acts = [sql for sql in said if not sql.startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))]
    yield Row("queries to approve one entry, but for its record", str(len(acts)), "—", "—", "11 queries")


def approve_at_once(entries: list[ProgressEntry], by: Any, at: datetime) -> None:
    """As many reviewers as threads, half of all writers."""

    def approve(entry: ProgressEntry) -> None:
        try:
            entry.approve(by=by, at=at)
        finally:
            connection.close()

    with ThreadPoolExecutor(WRITERS // 2) as pool:
        list(pool.map(approve, entries))


def writers(data: Data, runs: int) -> Iterator[Row]:
    """Many reviewers at once in two processes, against the same approvals one after the other."""
    plan, reviewer = data.plans["large"], data.official("large", "shenhe")
    at, each = moment(date(data.year + 1, 1, 8), 10), 2 * WRITERS
    taken = data.submitted("large", 2 * each)
    began = perf_counter()
    for entry in taken[:each]:
        entry.approve(by=reviewer, at=at)
    alone = perf_counter() - began
    connection.close()  # a process has its own
    with ProcessPoolExecutor(2, mp_context=get_context("fork")) as processes:
        list(processes.map(abs, range(2)))  # they are started untimed
        began = perf_counter()
        halves = [processes.submit(approve_at_once, taken[each + n :: 2], reviewer, at) for n in range(2)]
        for half in halves:
            half.result()
        together = perf_counter() - began
    stale = 0
    for target in plan.targets.filter(entries__in=[entry.pk for entry in taken]).select_related("current"):
        newest = target.assessments.order_by("-effective_on", "-pk").first()
        stale += newest != target.current
    name = f"approvals per second by {WRITERS} writers in two processes / by one ({stale} stale, no error)"
    per_second = f"{each / together:.0f}", f"{each / alone:.0f}"
    yield Row(name, *per_second, f"{alone / together:.2f}", "≥ 0.8")


def workbook(data: Data, runs: int) -> Iterator[Row]:
    register = Register.at(data.plans["large"], period=MONTHS)
    rows = register.rows()
    cells = [[column.written(row) for column in PROGRESS.columns] for row in rows]

    def plain() -> None:
        book = Workbook(write_only=True)
        sheet = book.create_sheet()
        for line in cells:
            sheet.append(line)
        book.save(BytesIO())

    found = medians(
        min(runs, 5),
        ours=Operation(lambda: write_workbook(BytesIO(), register, rows)),
        read_too=Operation(lambda: write_workbook(BytesIO(), register, register.stream())),
        plain=Operation(plain),
    )
    name = f"write the workbook, {len(rows)} rows × {len(PROGRESS.columns)} / openpyxl write-only loop"
    yield timed(name, found["ours"], found["plain"])
    yield timed("the same with reading the rows", found["read_too"], found["plain"], "≤ 1.3")


def bulk_load(data: Data, runs: int) -> Iterator[Row]:
    numbers, versions = count(9001), count(5000)
    of_plan = ProgressEntry.objects.filter(target__plan=data.plans["small"], period__number__lte=MONTHS)
    copied = list(of_plan.filter(revision_no=1).values())

    def plain() -> None:
        version = next(versions)
        with transaction.atomic():
            entries = [ProgressEntry(**{**row, "id": None, "revision_no": version}) for row in copied]
            ProgressEntry.objects.bulk_create(entries)

    ours = Operation(lambda: data.load(SMALL, next(numbers)))
    found = medians(min(runs, 5), ours=ours, plain=Operation(plain))
    name = f"load {SMALL} targets, {len(copied):,} reports and their ledger / bulk_create of the reports"
    yield timed(name, found["ours"], found["plain"], "≤ 4")


# In this order: the writing ones come last.
OPERATIONS: dict[str, Callable[[Data, int], Iterator[Row]]] = {
    **pages.OPERATIONS,
    "workbook": workbook,
    "approve": approving,
    "writers": writers,
    "load": bulk_load,
    "import": imports.importing,
}
