"""What pages take: of this process's time, in queries, and through the server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from statistics import median, quantiles
from time import perf_counter

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from targets.register.register import Register
from tests.benchmarks import peer, server
from tests.benchmarks.data import ALONE, CROWD, LARGE, ROLES, SMALL, Data
from tests.benchmarks.measure import Operation, Row, in_milliseconds, medians, timed

EXPORTS = 8  # at once
GROWTH = "≤ +45 ms"
IN_OFFICE = {"desk": "reporter", "statistics": "statistician", "review": "reviewer"}


def status_page(data: Data, runs: int) -> Iterator[Row]:
    """By role: what waits for a reader is counted on every page, and of some it is much."""
    plain, address = data.page(peer.address(data.plans["small"])), data.register()
    pages = {role: data.page(address, client=data.officials["small", role]) for role in ROLES}
    found = medians(runs, plain=plain, **pages)
    for role in ROLES:
        name = f"status page, 50 of {SMALL} rows, as {role} / plain admin change list"
        yield timed(name, found[role], found["plain"], "≤ 0.9")


def queries(data: Data, runs: int) -> Iterator[Row]:
    pages = [(f"status page, as {role}", role, data.register, "≤ 16") for role in ROLES]
    pages += [(f"待办, as {role}", role, _todo, "≤ 16") for role in ROLES]
    pages += [(f"{name}, as {role}", role, _desk(name), "—") for name, role in IN_OFFICE.items()]
    for name in ("target", "entry"):
        pages.append((f"form of one {name}, as coordinator", "coordinator", _form(data, name), "≤ 20"))
    for name, role, address, goal in pages:
        counted = []
        for plan in ("large", "small"):
            page = data.page(address(plan), client=data.officials[plan, role])
            page.run()
            with CaptureQueriesContext(connection) as asked:
                page.run()
            counted.append(str(len(asked)))
        yield Row(f"queries in a plan of {LARGE} / of {SMALL}: {name}", *counted, "—", goal)


def through_gunicorn(data: Data, runs: int) -> Iterator[Row]:
    addresses = {"ours": data.register(), "plain": peer.address(data.plans["small"])}
    found: dict[str, list[float]] = {name: [] for name in addresses}
    with server.served(data.databases.names[CROWD]) as port:
        for _run in range(min(runs, 3) + 1):
            for name, address in addresses.items():
                found[name].append(server.per_second(port, address, _cookies(data)))
    ours, plain = (median(rates[1:]) for rates in found.values())  # the first round warms up
    name = f"status pages per second through gunicorn, {server.READERS} readers / plain admin change list"
    yield Row(name, f"{ours:.1f}", f"{plain:.1f}", f"{ours / plain:.2f}", "≥ 1.2")


def exports_beside(data: Data, runs: int) -> Iterator[Row]:
    """Workbooks are asked for one after another by as many as that, while others read pages."""
    address, cookies = data.register(), _cookies(data)
    export = data.register("large", unit=data.unit("large").pk).replace("/targets/", "/targets/export/")
    with server.served(data.databases.names[CROWD]) as port:
        server.waits(port, address, cookies, perf_counter() + server.SECONDS)
        alone = server.waits(port, address, cookies, perf_counter() + 2 * server.SECONDS)
        with ThreadPoolExecutor(EXPORTS) as pool:
            began = perf_counter()
            exports = [pool.submit(server.get, port, export, cookies) for _each in range(EXPORTS)]
            beside = server.waits(port, address, cookies, began + 2 * server.SECONDS)
            for each in exports:
                each.result()
    name = f"the slowest twentieth of status pages beside {EXPORTS} exports / alone"
    ours, other = (quantiles(times, n=20)[-1] for times in (beside, alone))
    yield Row(name, f"{1000 * ours:,.0f} ms", f"{1000 * other:,.0f} ms", f"{ours / other:.2f}", "≤ 2")


def growth(data: Data, runs: int) -> Iterator[Row]:
    addresses = {
        "status page": data.register,
        "the change list": lambda plan: peer.address(data.plans[plan]),
    }
    for name, address in addresses.items():
        found = medians(runs, **{plan: data.page(address(plan)) for plan in data.plans})
        large, small = found["large"], found["small"]
        more = f"{1000 * (large.wall - small.wall):+.0f} ({1000 * (large.cpu - small.cpu):+.0f}) ms"
        goal = GROWTH if name == "status page" else "—"
        spent = in_milliseconds(large), in_milliseconds(small)
        yield Row(f"{name} of a plan of {LARGE} / of {SMALL}", *spent, more, goal)


def among_others(data: Data, runs: int) -> Iterator[Row]:
    address = data.register()
    found = medians(runs, alone=data.page(address, ALONE), crowd=data.page(address))
    name = f"the status page among {data.crowd + LARGE:,} other targets / alone"
    yield timed(name, found["crowd"], found["alone"], "≤ 1.3")


def past_day(data: Data, runs: int) -> Iterator[Row]:
    day = {"as_of": f"{data.year}-06-30"}
    asked = {"today": {}, "past": day, "known": {**day, "known_at": f"{data.year}-07-25"}}
    found = medians(runs, **{name: data.page(data.register(**asked[name])) for name in asked})
    yield timed("status page of a past day / of today", found["past"], found["today"], "≤ 1.4")
    yield timed("the same as known at a moment / of today", found["known"], found["today"], "≤ 1.4")


def unpaged(data: Data, runs: int) -> Iterator[Row]:
    """Pages about all that one person has to do."""
    pages = [("待办", role, _todo) for role in ("coordinator", "reviewer", "reporter", "statistician")]
    pages += [(name, role, _desk(name)) for name, role in IN_OFFICE.items()]
    for name, role, address in pages:
        operations = {
            plan: data.page(address(plan), client=data.officials[plan, role]) for plan in data.plans
        }
        found = medians(min(runs, 5), **operations)
        yield timed(f"{name}, as {role}, {LARGE} / {SMALL}", found["large"], found["small"], "≤ 300 ms")


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


def _todo(plan: str) -> str:
    return "/todo/"


def _desk(name: str) -> Callable[[str], str]:
    return lambda plan: reverse(f"admin:targets_progressentry_{name}")


def _form(data: Data, name: str) -> Callable[[str], str]:
    def address(plan: str) -> str:
        target = data.plans[plan].targets.first()
        row = target if name == "target" else target.entries.latest("pk")
        return reverse(f"admin:targets_{row._meta.model_name}_change", args=(row.pk,))

    return address


def _cookies(data: Data) -> str:
    return "; ".join(f"{each.key}={each.value}" for each in data.clients[CROWD].cookies.values())


OPERATIONS: dict[str, Callable[[Data, int], Iterator[Row]]] = {
    "page": status_page,
    "queries": queries,
    "server": through_gunicorn,
    "exports": exports_beside,
    "growth": growth,
    "crowd": among_others,
    "past": past_day,
    "unpaged": unpaged,
    "counts": counts,
}
