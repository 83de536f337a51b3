"""按责任单位汇总, 按责任领导汇总, 按领域汇总: counts of lights that add up to the tasks, 合计 last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import NamedTuple

from targets.register.columns import Column, Kind, Value
from targets.register.overview import Group, Overview, Tally
from targets.register.overview.tally import share
from targets.reporting import MISSING
from targets.status import Status
from targets.workbooks.content import Content
from targets.workbooks.sheets import A4, Sheet

TOTAL = "合计"


class Line(NamedTuple):
    number: int | None
    name: str
    tally: Tally
    supported: int

    @property
    def share_done(self) -> Decimal | None:
        """完成率; None where it would be of fewer than five rows."""
        return share(self.tally.by_status[Status.DONE], self.tally.tasks.number)

    @property
    def missing(self) -> int:
        return sum(row.reporting in MISSING for row in self.tally.listed)


def _count(key: str, heading: str, value: Callable[[Line], Value], width: float = 6) -> Column[Line]:
    return Column(key, Kind.INTEGER, value, sheet=heading, width=width)


def _of(status: Status, line: Line) -> int:
    return line.tally.by_status[status]


def _columns(heading: str, width: float) -> tuple[Column[Line], ...]:
    return (
        replace(_count("number", "序号", lambda line: line.number), absent=lambda line: None),
        Column("name", Kind.TEXT, lambda line: line.name, sheet=heading, width=width),
        _count("tasks", "任务数", lambda line: line.tally.tasks.number),
        _count("done", "已完成", partial(_of, Status.DONE)),
        _count("on_target", "当前达标", partial(_of, Status.ON_TARGET)),
        _count("green", "绿灯", partial(_of, Status.GREEN)),
        _count("amber", "黄灯", partial(_of, Status.AMBER)),
        _count("red", "红灯", partial(_of, Status.RED)),
        _count("overdue", "逾期", partial(_of, Status.OVERDUE)),
        _count("missed", "到期未完成", partial(_of, Status.MISSED), 7),
        _count("unlit", "不亮灯", lambda line: line.tally.unlit.number),
        _count("stretch", "其中力争类", lambda line: line.tally.stretch, 7),
        _count("carried", "沿用上期", lambda line: line.tally.carried),
        _count("missing", "本期未报", lambda line: line.missing),
        Column("rate", Kind.PERCENT, lambda line: line.tally.rate, sheet="达序时率（%）", width=8),
        Column("share_done", Kind.PERCENT, lambda line: line.share_done, sheet="完成率（%）", width=6.2),
    )


def _lines(groups: Callable[[Overview], list[Group]], content: Content) -> Iterator[Line]:
    found = content.overview
    supported = Counter(str(link.unit) for row in found.rows for link in row.target.supporters)
    for number, group in enumerate(groups(found), 1):
        yield Line(number, group.name, group.tally, supported[group.name])
    yield Line(None, TOTAL, found.total, supported.total())


def _summary(
    name: str, columns: tuple[Column[Line], ...], groups: Callable[[Overview], list[Group]]
) -> Sheet[Line]:
    return Sheet(
        name, title=f"重点目标任务{name}表", columns=columns, rows=partial(_lines, groups), fixed=2, paper=A4,
        data_only=frozenset({"missing"}),
    )  # fmt: skip


_SUPPORTED = _count("supported", "配合任务数", lambda line: line.supported, 7)

BY_UNIT = _summary("按责任单位汇总", (*_columns("责任单位", 22), _SUPPORTED), lambda found: found.by_unit)
BY_LEADER = _summary("按责任领导汇总", _columns("责任领导", 28), lambda found: found.by_leader)
BY_DOMAIN = _summary("按领域汇总", _columns("领域", 28), lambda found: found.by_domain)
