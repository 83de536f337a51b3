"""主要经济指标, for the leader: what statistics count, with growth and place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from targets import explain
from targets.register.columns import Column, Kind
from targets.register.overview.filed import Indicator
from targets.register.row import RegisterRow
from targets.workbooks.content import Content
from targets.workbooks.forms.columns import dated_title, registered
from targets.workbooks.sheets import A4, MONTHS, Sheet


class IndicatorRow(RegisterRow):
    """An indicator's main goal, with what its other goals say."""

    indicator: Indicator


def _rows(content: Content) -> Iterator[IndicatorRow]:
    for indicator in content.overview.indicators:
        row = IndicatorRow(indicator.row.target, indicator.row.on)
        row.indicator = indicator
        yield row


def _place(row: IndicatorRow) -> str:
    return f"第{row.indicator.place}位" if row.indicator.place else ""


def _moved(row: IndicatorRow) -> str:
    return explain.places_moved(row.indicator.place_before, row.indicator.place)


_UNIT, _GOAL, _VALUE, _ATTAINMENT = registered(
    "unit_of_measure", "goal", "value", "attainment", unit_of_measure=9, goal=14, value=14, attainment=12
)

_TITLE: Column[IndicatorRow] = Column("title", Kind.TEXT, dated_title, sheet="指标", width=38)

_YOY: Column[IndicatorRow] = Column(
    "yoy", Kind.PERCENT, lambda row: row.indicator.yoy, sheet="同比增长（%）", width=12
)
_PLACE: Column[IndicatorRow] = Column("place", Kind.WORD, _place, sheet="全市位次", width=12)
_MOVED: Column[IndicatorRow] = Column("moved", Kind.WORD, _moved, sheet="位次变化", width=12)

INDICATORS: Sheet[IndicatorRow] = Sheet(
    "主要经济指标",
    title="主要经济指标完成情况表",
    columns=(
        _TITLE,
        replace(_UNIT, sheet="单位"),
        _GOAL,
        replace(_VALUE, sheet=f"{MONTHS}累计"),
        _YOY,
        _ATTAINMENT,
        _PLACE,
        _MOVED,
    ),
    rows=_rows,
    fixed=1,
    paper=A4,
)
