"""The columns of 进展情况表, each written once: page, terminal, JSON, CSV and workbook read this list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, auto
from functools import cache
from typing import Any, Generic, Literal, TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from targets import explain
from targets.models.enums import TargetState
from targets.register.row import RegisterRow
from targets.rules.quantities import plain
from targets.status import Status

Row = TypeVar("Row", contravariant=True)
Value = str | int | Decimal | date | datetime | None
Place = Literal["page", "terminal", "data", "sheet"]  # data: JSON and CSV
Medium = Literal["", "screen", "paper"]

# Absent values, for every sheet: this dash where none can be (not applicable, no target set), an
# empty cell where one was not reported or not stated. Never 0 for either.
NOT_APPLICABLE = "—"


class Kind(Enum):
    """What a column holds: it decides how each place says and draws it."""

    TEXT = auto()
    WORD = auto()  # a short text, in the middle of its cell
    LIGHT = auto()
    INTEGER = auto()
    NUMBER = auto()  # each by its target's decimals
    GOAL = auto()  # a number with what binds it
    PERCENT = auto()
    POINTS = auto()
    DATE = auto()


FIGURES = {Kind.INTEGER, Kind.NUMBER, Kind.GOAL, Kind.PERCENT, Kind.POINTS}

SAID: dict[Kind, Callable[[Any], str]] = {
    Kind.NUMBER: explain.number,
    Kind.PERCENT: explain.percentage,
    Kind.POINTS: explain.points,
    Kind.DATE: explain.day,
}


@dataclass(frozen=True)
class Column(Generic[Row]):
    """One column, in every place that it has a heading for.

    `value` reads the figure, day or text itself, None where there is none. People read `words` on
    page and terminal where the kind does not say it; a sheet has `absent` in place of None. A page
    sorts by the keys of `sort`, a minus for the reverse, `promised__` before what the promise as of
    the day holds. A page has it on the screen, on paper or, unless `medium` names one, on both.
    Columns `of_list` show only where the rows are those of one list.
    A printed sheet has `paper` in place of the value. `width` is in digits of a sheet's default font.
    """

    key: str
    kind: Kind
    value: Callable[[Row], Value]
    page: str | Promise = ""
    medium: Medium = ""
    of_list: bool = False
    terminal: str | Promise = ""
    data: str = ""
    sheet: str = ""
    width: float = 0
    sort: tuple[str, ...] = ()
    words: Callable[[Row], str] | None = None
    absent: Callable[[Row], Value] = lambda row: NOT_APPLICABLE
    paper: Callable[[Row], Value] | None = None
    after: Mapping[Place, str] = field(default_factory=dict)  # where it does not follow the one above

    def said(self, row: Row) -> str:
        """For people."""
        if self.words:
            return self.words(row)
        value = self.value(row)
        return NOT_APPLICABLE if value is None else SAID.get(self.kind, str)(value)

    def told(self, row: Row) -> str | int | None:
        """For programs: a number as a plain decimal string, a day in ISO form, None where none is."""
        value = self.value(row)
        if isinstance(value, Decimal):
            return f"{value:.1f}" if self.kind in (Kind.PERCENT, Kind.POINTS) else plain(value)
        if isinstance(value, date):
            return value.isoformat()
        return None if value == "" else value

    def written(self, row: Row, *, on_paper: bool = False) -> Value:
        """For a cell of a sheet."""
        value = self.paper(row) if on_paper and self.paper else self.value(row)
        return self.absent(row) if value is None else value


@cache
def shown(place: Place, *, of_list: bool = False) -> tuple[Column[RegisterRow], ...]:
    """The columns of a place in its order: that below, but for those that it has elsewhere.

    `of_list`: with those that rows of one list have besides.
    """
    at = {column.key: number for number, column in enumerate(COLUMNS)}
    found = (c for c in COLUMNS if getattr(c, place) and (of_list or not c.of_list))
    return tuple(sorted(found, key=lambda each: (at[each.after.get(place, each.key)], place in each.after)))


def _no_figure(row: RegisterRow) -> Value:
    """Empty while a figure is still to be reported, else the dash."""
    promise = row.row
    is_owed = promise is not None and promise.state in (TargetState.ACTIVE, TargetState.CLOSED)
    is_awaited = is_owed and row.is_counted and row.value is None and row.status != Status.NOT_STARTED
    return None if is_awaited else NOT_APPLICABLE


def _no_yoy(row: RegisterRow) -> Value:
    return None if row.is_counted and row.value is not None else _no_figure(row)


# In the order of the offices' form.
COLUMNS: tuple[Column[RegisterRow], ...] = (
    Column("number", Kind.INTEGER, lambda row: row.target.number, sort=("number",),
           page=_("no."), terminal=_("no."), data="number", sheet="序号", width=4.5),
    Column("list_number", Kind.WORD, lambda row: row.target.list_number, sort=("list_order",),
           page=_("no. on the list"), of_list=True),
    Column("list_score", Kind.WORD, lambda row: row.target.list_score, sort=("list_score",),
           words=lambda row: explain.number(row.target.list_score), page=_("score"), of_list=True),
    Column("code", Kind.WORD, lambda row: row.target.code, data="code"),
    Column("domain", Kind.WORD, lambda row: str(row.target.domain or ""),
           data="domain", sheet="领域", width=8, after={"data": "title"}),
    Column("title", Kind.TEXT, lambda row: row.target.title, sort=("title",),
           page=_("target"), terminal=_("target"), data="title", sheet="目标任务", width=19),
    Column("unit_of_measure", Kind.WORD, lambda row: row.unit_of_measure or None,
           data="unit_of_measure", sheet="计量单位", width=5, after={"data": "goal"}),
    # Programs are told the full name, people the short one.
    Column("lead_unit", Kind.WORD, lambda row: row.lead_unit.name, data="lead_unit"),
    Column("measure", Kind.WORD, lambda row: row.measure, data="measure"),
    Column("comparator", Kind.WORD, lambda row: row.comparator, data="comparator"),
    Column("goal", Kind.GOAL, lambda row: row.target_value, words=lambda row: row.goal,
           page=_("annual target"), terminal=_("goal"), data="target_value", sheet="年度目标", width=8,
           sort=("promised__target_value",)),
    Column("baseline", Kind.NUMBER, lambda row: row.baseline_value, sheet="上年基数", width=8,
           absent=lambda row: None if row.is_counted else NOT_APPLICABLE),
    Column("value", Kind.NUMBER, lambda row: row.value, absent=_no_figure, sort=("row__value",),
           page=_("actual"), terminal=_("value"), data="value", sheet="累计完成", width=8),
    Column("period_end", Kind.DATE, lambda row: row.period_end, terminal=_("data period"), data="period_end"),
    Column("attainment", Kind.PERCENT, lambda row: row.attainment, absent=_no_figure,
           page=_("attainment (%)"), terminal=_("attainment"), data="attainment", sheet="完成率（%）",
           width=6.2, sort=("row__attainment",)),
    Column("expected", Kind.PERCENT, lambda row: row.expected, absent=_no_figure,
           page=_("expected (%)"), terminal=_("expected progress"), data="expected", sheet="序时进度（%）",
           width=8, sort=("row__expected",)),
    # Most behind first. The sign of the gap says nothing by itself: of a ceiling more is behind.
    Column("gap", Kind.POINTS, lambda row: row.gap, absent=_no_figure, sort=("-row__lag",),
           page=_("gap (points)"), terminal=_("gap"), data="gap", sheet="进度差（百分点）", width=8),
    Column("yoy", Kind.PERCENT, lambda row: row.yoy, absent=_no_yoy, sheet="同比增长（%）", width=8),
    Column("status_key", Kind.WORD, lambda row: row.status and row.status.key, data="status"),
    Column("status", Kind.LIGHT, lambda row: row.status and row.status_label,
           page=_("light"), terminal=_("status"), data="status_label", sheet="亮灯", width=9.2,
           sort=("status",), after={"page": "title", "terminal": "title"}),
    Column("progress", Kind.TEXT, lambda row: row.words("narrative"), page=_("progress"), sheet="进展情况",
           width=27),
    Column("issues", Kind.TEXT, lambda row: row.words("issues"), page=_("issues"), medium="paper",
           sheet="存在问题", width=16.5),
    Column("next_steps", Kind.TEXT, lambda row: row.words("next_steps"), page=_("next steps"), medium="paper",
           sheet="下一步措施", width=16.5),
    Column("leader", Kind.WORD, lambda row: row.leader, page=_("accountable leader"), medium="paper",
           sheet="责任领导", width=9, after={"page": "unit"}),
    Column("unit", Kind.WORD, lambda row: str(row.lead_unit),
           page=_("lead unit"), terminal=_("lead unit"), sheet="牵头单位", width=9,
           sort=("promised__lead_unit__order", "promised__lead_unit"), after={"terminal": "due"}),
    Column("supporting_units", Kind.TEXT, lambda row: "、".join(row.supporting_units),
           sheet="配合单位", width=10.5),
    Column("reporting", Kind.WORD, lambda row: row.reporting.key, sort=("reporting",),
           words=lambda row: str(row.reporting.label),
           page=_("reporting"), medium="screen", terminal=_("reporting"), data="reporting"),
    Column("due", Kind.DATE, lambda row: row.due_on, absent=lambda row: row.target.due_text,
           words=lambda row: row.target.due_text or explain.day(row.due_on), sort=("promised__due_on",),
           paper=lambda row: row.target.due_text or row.due_on,
           page=_("due"), terminal=_("due on"), data="due_on", sheet="完成时限", width=9.2),
    Column("remarks", Kind.TEXT, lambda row: row.remarks, sheet="备注", width=11.5),
    Column("reason", Kind.TEXT, lambda row: row.reason, data="reason"),
)  # fmt: skip
