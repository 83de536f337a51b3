"""What is measured: the tracker's own way beside a plain one, on the same data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from itertools import count
from multiprocessing import get_context
from statistics import median
from time import perf_counter
from typing import Any

from django.db import connection, models, transaction
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook

from targets.models import ProgressEntry
from targets.register.register import Register
from targets.seed.papers import moment
from targets.workbooks import write_workbook
from targets.workbooks.progress import PROGRESS
from tests.benchmarks import peer, server
from tests.benchmarks.data import ALONE, CROWD, LARGE, MONTHS, SMALL, Data
from tests.benchmarks.measure import Operation, medians

WRITERS = 50


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; `goal` is the most (or, with ≥, the least) the ratio may be."""

    name: str
    ours: str
    other: str
    ratio: str
    goal: str = "—"


def timed(name: str, ours: float, other: float, goal: str = "—") -> Row:
    return Row(name, _milliseconds(ours), _milliseconds(other), f"{ours / other:.2f}", goal)


def _milliseconds(seconds: float) -> str:
    return f"{1000 * seconds:.2f} ms" if seconds < 0.01 else f"{1000 * seconds:,.0f} ms"


def status_page(data: Data, runs: int) -> Iterator[Row]:
    ours, plain = data.page(data.register()), data.page(peer.address(data.plans["small"]))
    found = medians(runs, ours=ours, plain=plain)
    name = f"status page, 50 of {SMALL} rows, signed in / plain admin change list"
    yield timed(name, found["ours"], found["plain"], "≤ 1.0")
    spent = []
    for plan in ("small", "large"):
        with CaptureQueriesContext(connection) as queries:
            data.page(data.register(plan)).run()
        spent.append(len(queries))
    with CaptureQueriesContext(connection) as queries:
        plain.run()
    of_large = f"queries of that page ({spent[1]} in a plan of {LARGE}) / of the change list"
    yield Row(of_large, str(spent[0]), str(len(queries)), f"{spent[0] / len(queries):.2f}", "15 queries")


def through_gunicorn(data: Data, runs: int) -> Iterator[Row]:
    cookies = "; ".join(f"{c.key}={c.value}" for c in data.clients[CROWD].cookies.values())
    addresses = {"ours": data.register(), "plain": peer.address(data.plans["small"])}
    found: dict[str, list[float]] = {name: [] for name in addresses}
    with server.served(data.databases.names[CROWD]) as port:
        for _run in range(min(runs, 3) + 1):
            for name, address in addresses.items():
                found[name].append(server.per_second(port, address, cookies))
    ours, plain = (median(rates[1:]) for rates in found.values())  # the first round warms up
    name = f"status pages per second through gunicorn, {server.READERS} readers / plain admin change list"
    yield Row(name, f"{ours:.1f}", f"{plain:.1f}", f"{ours / plain:.2f}", "≥ 1.0")


def growth(data: Data, runs: int) -> Iterator[Row]:
    found = medians(runs, small=data.page(data.register()), large=data.page(data.register("large")))
    yield timed(f"status page of a plan of {LARGE} / of {SMALL}", found["large"], found["small"], "≤ 1.5")
    address = {plan: peer.address(data.plans[plan]) for plan in ("small", "large")}
    found = medians(runs, **{plan: data.page(address[plan]) for plan in address})
    yield timed(f"the change list of {LARGE} / of {SMALL}", found["large"], found["small"])


def among_others(data: Data, runs: int) -> Iterator[Row]:
    address = data.register()
    found = medians(runs, alone=data.page(address, ALONE), crowd=data.page(address))
    name = f"the status page among {data.crowd + LARGE:,} other targets / alone"
    yield timed(name, found["crowd"], found["alone"], "≤ 1.3")


def past_day(data: Data, runs: int) -> Iterator[Row]:
    day = {"as_of": f"{data.year}-06-30"}
    asked = {"today": {}, "past": day, "known": {**day, "known_at": f"{data.year}-07-25"}}
    found = medians(runs, **{name: data.page(data.register(**asked[name])) for name in asked})
    yield timed("status page of a past day / of today", found["past"], found["today"], "≤ 2.0")
    yield timed("the same as known at a moment / of today", found["known"], found["today"], "≤ 2.0")


def counts(data: Data, runs: int) -> Iterator[Row]:
    plan, today = data.plans["small"], date.today()
    sql = (
        "SELECT a.light, COUNT(*) FROM targets_target t JOIN targets_assessment a ON a.id = t.current_id "
        "WHERE t.plan_id = %s GROUP BY a.light"
    )

    def raw() -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql, [plan.pk])
            cursor.fetchall()

    def ours() -> None:
        _ = Register.at(plan, today=today).listing().summary

    found = medians(runs, ours=Operation(ours), raw=Operation(raw))
    yield timed("counts of the status strip / raw SQL counting lights alone", found["ours"], found["raw"])


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
    "page": status_page,
    "server": through_gunicorn,
    "growth": growth,
    "crowd": among_others,
    "past": past_day,
    "counts": counts,
    "workbook": workbook,
    "approve": approving,
    "writers": writers,
    "load": bulk_load,
}
