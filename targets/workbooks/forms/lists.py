"""清单完成情况: a sheet of each list, with its items (件), which are begun, which are done, and the rates."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from targets import explain
from targets.register.columns import Column, Kind, Value
from targets.register.overview.lists import Item, ItemList
from targets.register.row import RegisterRow
from targets.workbooks.content import Content
from targets.workbooks.sheets import A4, Part, Sheet


class Line(NamedTuple):
    """A row of an item; without a row, the line below that counts the items."""

    number: int | None
    row: RegisterRow | None
    item: Item | None
    told: str = ""

    @property
    def achieved(self) -> str:
        """The figure or the nodes, else what was said last."""
        if self.row is None:
            return ""
        if self.row.value is not None:
            return explain.quantity(self.row.value, self.row.unit_of_measure)
        return self.row.nodes or self.row.words("narrative")

    @property
    def attainment(self) -> Decimal | None:
        return self.row.attainment if self.row else None


def _parts(content: Content) -> Iterator[Part[Line]]:
    for each in content.lists:
        yield Part(_lines(each), list_name=each.name)
    if not content.lists:
        yield Part(())


def _lines(found: ItemList) -> Iterator[Line]:
    shown = {row.target.pk for row in found.rows}
    rows = ((item, row) for item in found.items for row in item.rows if row.target.pk in shown)
    for number, (item, row) in enumerate(rows, 1):
        yield Line(number, row, item)
    yield Line(None, None, None, _counted(found))


def _counted(found: ItemList) -> str:
    parts = (
        f"件数{len(found.items)}件",
        f"已开工{found.begun.number}件" + _rate("开工率", found.share_begun),
        f"已完成{found.done.number}件" + _rate("完成率", found.share_done),
    )
    return "，".join(parts)


def _rate(name: str, share: Decimal | None) -> str:
    return "" if share is None else f"（{name}{explain.percentage(share)}%）"


def _item(line: Line) -> Value:
    return line.item.number if line.item else "合计"


def _yes(line: Line, value: bool) -> Value:
    return ("是" if value else "否") if line.item else None


Each = Column[Line]

LISTS: Sheet[Line] = Sheet(
    "清单完成情况",
    title="清单完成情况表",
    columns=(
        Each("number", Kind.INTEGER, lambda line: line.number,
             sheet="序号", width=5, absent=lambda line: None),
        Each("item", Kind.WORD, _item, sheet="件", width=7),
        Each("title", Kind.TEXT, lambda line: line.row.target.title if line.row else line.told,
             sheet="目标任务", width=34),
        Each("goal", Kind.TEXT, lambda line: line.row.goal if line.row else None,
             sheet="年度目标", width=14, absent=lambda line: None),
        Each("achieved", Kind.TEXT, lambda line: line.achieved, sheet="完成情况", width=22),
        Each("attainment", Kind.PERCENT, lambda line: line.attainment, sheet="完成率（%）", width=6.2,
             absent=lambda line: "—" if line.row else None),
        Each("begun", Kind.WORD, lambda line: _yes(line, bool(line.item and line.item.is_begun)),
             sheet="是否开工", width=6, absent=lambda line: None),
        Each("done", Kind.WORD, lambda line: _yes(line, bool(line.item and line.item.is_done)),
             sheet="是否完成", width=6, absent=lambda line: None),
        Each("unit", Kind.WORD, lambda line: str(line.row.lead_unit) if line.row else None,
             sheet="牵头单位", width=14, absent=lambda line: None),
        Each("leader", Kind.WORD, lambda line: line.row.leader if line.row else None,
             sheet="责任领导", width=12, absent=lambda line: None),
    ),
    parts=_parts,
    fixed=3,
    paper=A4,
    joined="item",
)  # fmt: skip
