"""Sheet 进展情况表: the monthly register, twenty columns in the offices' order."""

from __future__ import annotations

from decimal import Decimal

from targets import explain
from targets.models.enums import Comparator, TargetState
from targets.register.row import RegisterRow
from targets.rules.quantities import plain
from targets.status import Status
from targets.workbooks.cells import NOT_APPLICABLE, Value, number_format
from targets.workbooks.looks import PAINTS, Paint
from targets.workbooks.sheets import Column, Kind, Sheet


def _is_counted(row: RegisterRow) -> bool:
    return row.target.measure not in row.target.WORDS_ONLY


def _absent(row: RegisterRow) -> str | None:
    """For the columns of the figure: empty while one is still to be reported, else the dash."""
    promise = row.row
    is_owed = promise is not None and promise.state in (TargetState.ACTIVE, TargetState.CLOSED)
    if is_owed and _is_counted(row) and row.value is None and row.status != Status.NOT_STARTED:
        return None
    return NOT_APPLICABLE


def _or_absent(value: Decimal | None, row: RegisterRow) -> Value:
    return _absent(row) if value is None else value


def _baseline(row: RegisterRow) -> Value:
    if row.baseline_value is None:
        return None if _is_counted(row) else NOT_APPLICABLE
    return row.baseline_value


def _year_on_year(row: RegisterRow) -> Value:
    if row.yoy is None:
        return None if _is_counted(row) and row.value is not None else _absent(row)
    return row.yoy


def _target_value(row: RegisterRow) -> Value:
    return NOT_APPLICABLE if row.target_value is None else row.target_value


def _deadline(row: RegisterRow) -> Value:
    return row.due_on or row.target.due_text


def _by_target(row: RegisterRow, value: Decimal) -> str:
    return number_format(value, row.target.decimals or 0)


def _by_promise(row: RegisterRow, value: Decimal) -> str:
    """With the sign before the figure, or the upper value after it, as a format; "at least" has no sign."""
    sign = "" if row.comparator in (Comparator.GTE, Comparator.EQ) else explain.SIGNS.get(row.comparator, "")
    shown = number_format(value, row.target.decimals or 0, sign)
    return shown if row.upper_value is None else f'{shown}"—{plain(row.upper_value)}"'


def _light(row: RegisterRow) -> Paint | None:
    """A light carried over from an earlier period stays hollow."""
    return None if row.status is None or row.target.carried else PAINTS[row.status]


PROGRESS: Sheet[RegisterRow] = Sheet(
    "进展情况表",
    title="重点目标任务进展情况表",
    fixed=3,
    columns=(
        Column("序号", 4.5, Kind.INTEGER, lambda row: row.target.number),
        Column("领域", 8, Kind.TEXT, lambda row: str(row.target.domain or ""), centred=True),
        Column("目标任务", 19, Kind.TEXT, lambda row: row.target.title),
        Column(
            "计量单位", 5, Kind.TEXT, lambda row: row.target.unit_of_measure or NOT_APPLICABLE, centred=True
        ),
        Column("年度目标", 8, Kind.NUMBER, _target_value, number_format=_by_promise),
        Column("上年基数", 8, Kind.NUMBER, _baseline, number_format=_by_target),
        Column("累计完成", 8, Kind.NUMBER, lambda row: _or_absent(row.value, row), number_format=_by_target),
        Column("完成率（%）", 6.2, Kind.PERCENT, lambda row: _or_absent(row.attainment, row)),
        Column("序时进度（%）", 8, Kind.PERCENT, lambda row: _or_absent(row.expected, row)),
        Column("进度差（百分点）", 8, Kind.POINTS, lambda row: _or_absent(row.gap, row)),
        Column("同比增长（%）", 8, Kind.PERCENT, _year_on_year),
        Column("亮灯", 9.2, Kind.TEXT, lambda row: row.status_label, paint=_light, centred=True),
        Column("进展情况", 27, Kind.TEXT, lambda row: row.words("narrative")),
        Column("存在问题", 16.5, Kind.TEXT, lambda row: row.words("issues")),
        Column("下一步措施", 16.5, Kind.TEXT, lambda row: row.words("next_steps")),
        Column("责任领导", 9, Kind.TEXT, lambda row: row.leader, centred=True),
        Column("牵头单位", 9, Kind.TEXT, lambda row: str(row.lead_unit), centred=True),
        Column("配合单位", 10.5, Kind.TEXT, lambda row: "、".join(row.supporting_units)),
        Column("完成时限", 9.2, Kind.DATE, _deadline),
        Column("备注", 11.5, Kind.TEXT, lambda row: row.remarks),
    ),
)
