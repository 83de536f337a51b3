"""A sheet as a declaration: its columns, its rows, its paper; written flat or as it is printed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Generic, TypeVar

from openpyxl import Workbook
from openpyxl.worksheet.properties import PageSetupProperties

from targets.register.columns import Column, Value
from targets.status import Status
from targets.workbooks.cells import CellWriter
from targets.workbooks.content import SUPERIOR, Content
from targets.workbooks.lights import counted
from targets.workbooks.looks import BODY_FONT, CENTRED, HEADING, LINE, TITLE, look, on_paper
from targets.workbooks.page import Page

DATA, PRINT = "data", "print"
EDITIONS = {DATA: "数据版", PRINT: "打印版"}

NOTICE = "本系统为非涉密系统，严禁存储、处理、传输国家秘密"
MONTHS = "{months}"  # in a heading: what the figures cover
A3, A4 = "8", "9"
_HEADING_HEIGHT, _TITLE_HEIGHT, _LINE_HEIGHT, _SIGNED_HEIGHT = 45, 36, 20, 30
_SEVERAL = 6  # columns from which a line has three parts; a narrower table has them one after the other
SIGNED = ("单位负责人：", "审核人：", "填表人：", "联系电话：")


@dataclass(frozen=True, slots=True)
class Header:
    """What a table says of itself: in the data edition around each printed page, on paper in cells."""

    title: str
    span: str = ""  # （1—6月）
    as_of: str = ""
    notice: str = ""
    unit: str = ""
    period: str = ""
    months: str = ""
    filled_on: str = ""
    imprint: str = ""  # of an issue: 第3期，2026年7月6日发布，校验码 …
    sealed: str = ""  # of an issue, on paper: 审计日志第12次封存，摘要 …

    LINES: ClassVar = 3  # of cells, above the headings

    def around(self, sheet: Any, edition: str) -> None:
        """Outside the cells; of a line there, 255 characters are allowed."""
        header, footer = sheet.oddHeader, sheet.oddFooter
        around = [(footer.left, NOTICE, 9)]
        if edition == DATA:
            around += [(header.left, self.as_of, 10), (header.center, f"{self.title}{self.span}", 16)]
            around += [(header.right, "　".join(filter(None, (self.imprint, self.notice))), 10)]
        for part, words, size in around:
            if words:
                part.text = words.replace("&", "&&")
                part.font, part.size = f"{BODY_FONT},Regular", size
        header.center.font = f"{BODY_FONT},Bold"
        page_of(sheet)

    def above(self, page: Page) -> None:
        """In cells: a sheet sent by itself still says what it is."""
        page.across([(self.title, TITLE)], _TITLE_HEIGHT)
        page.across([("　".join(filter(None, (self.span, self.notice))), CENTRED)], _LINE_HEIGHT)
        parts = (
            f"填报单位：{self.unit}（盖章）",
            f"数据所属期：{self.period}",
            f"填报日期：{self.filled_on}",
        )
        if len(page.widths) < _SEVERAL:
            page.across([("　　".join(parts), LINE)], _LINE_HEIGHT)
            return
        aligned = zip(parts, ("left", "center", "right"), strict=True)
        page.across([(words, LINE._replace(align=align)) for words, align in aligned], _LINE_HEIGHT)

    def below(self, page: Page, told: str) -> None:
        """The count of lights, if any, where it is signed, and of which issue it is."""
        if told:
            page.across([(told, LINE._replace(wraps=True))], 2 * _LINE_HEIGHT)
        if len(page.widths) < _SEVERAL:
            page.across([("　　　　　".join(SIGNED), LINE)], _SIGNED_HEIGHT)
        else:
            page.across([(words, LINE) for words in SIGNED], _SIGNED_HEIGHT)
        for said in filter(None, (self.imprint, self.sealed)):
            page.across([(said, LINE)], _LINE_HEIGHT)


Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Part(Generic[Row]):
    """The rows of one sheet; `unit` or `list_name` where each unit, or each list, has a sheet of its own."""

    rows: Iterable[Row]
    unit: str = ""
    list_name: str = ""


@dataclass(frozen=True, slots=True)
class Sheet(Generic[Row]):
    """One heading row, then a line per row. `fixed` columns stay when scrolling.

    `title` is its full name in print, after the unit and the year. On paper, equal neighbours in the column
    `joined` are one cell; with `counts_lights` there is a line that counts them. `data_only` names columns
    that are not for paper.
    """

    name: str
    title: str
    columns: tuple[Column[Row], ...]
    rows: Callable[[Content], Iterable[Any]] = lambda content: content.rows
    parts: Callable[[Content], Iterable[Part[Row]]] | None = None
    fixed: int = 0
    paper: str = A3
    joined: str = ""
    counts_lights: bool = False
    data_only: frozenset[str] = field(default=frozenset())

    def parted(self, content: Content) -> Iterator[Part[Row]]:
        if self.parts is None:
            yield Part(self.rows(content))
        else:
            yield from self.parts(content)

    def for_content(self, content: Content) -> Sheet[Row]:
        """The sheet without 区下达 where the plan knows none."""
        kept = tuple(column for column in self.columns if column.key != SUPERIOR)
        if len(kept) == len(self.columns) or content.knows_superior:
            return self
        return replace(self, columns=kept)

    def write(
        self,
        book: Workbook,
        rows: Iterable[Row],
        header: Header,
        edition: str = DATA,
        name: str = "",
    ) -> tuple[int, CellWriter]:
        """Append the sheet to a write-only workbook; the number of rows and the writer's counts."""
        is_paper = edition == PRINT
        names_unit = all(c.key != "unit_of_measure" for c in self.columns)  # beside the goal
        columns = [c for c in self.columns if not (is_paper and c.key in self.data_only)]
        page = Page(book, name or self.name, [column.width for column in columns])
        header.around(page.stream, edition)
        top = Header.LINES + 1 if is_paper else 1
        set_paper(
            page.stream, page.letters[self.fixed], top, self.paper
        )  # stands in the file before the rows
        if is_paper:
            header.above(page)
        headings: list[Value] = [c.sheet.replace(MONTHS, header.months) for c in columns]
        page.row(headings, [HEADING] * len(columns), _HEADING_HEIGHT, fixed=True)
        run = _Run(page, next((i for i, c in enumerate(columns) if is_paper and c.key == self.joined), None))
        for row in rows:
            found = [page.writer.kept(column.written(row, on_paper=is_paper)) for column in columns]
            values = run.taken(found)
            if self.counts_lights:
                run.statuses[getattr(row, "status", None)] += 1
            looks = [
                look(column.kind, row, value, names_unit=names_unit)
                for column, value in zip(columns, values, strict=True)
            ]
            if is_paper:
                looks = [on_paper(c.kind, row, shown) for c, shown in zip(columns, looks, strict=True)]
            page.filled(values, looks, spread=is_paper)
        count = run.end()
        if is_paper:
            header.below(page, counted(run.statuses))
        else:
            page.stream.auto_filter.ref = f"A{top}:{page.letters[-1]}{page.number}"
        return count, page.writer


def set_paper(sheet: Any, first_to_scroll: str, top: int, paper: str) -> None:
    """A table across the width of the paper; its headings, in row `top`, stand on every page."""
    sheet.freeze_panes = f"{first_to_scroll}{top + 1}"
    sheet.print_title_rows = f"{top}:{top}"
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.paperSize = paper
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0  # as many pages as it takes
    sheet.print_options.horizontalCentered = True
    margins = sheet.page_margins
    margins.left = margins.right = 0.3
    margins.top, margins.bottom, margins.header, margins.footer = 0.8, 0.6, 0.4, 0.3


def page_of(sheet: Any) -> None:
    """Which page it is, at the foot of each."""
    right = sheet.oddFooter.right
    right.text, right.font, right.size = "第 &P 页，共 &N 页", f"{BODY_FONT},Regular", 9


class _Run:
    """Equal neighbours in one column, kept for one cell; it counts the rows and their lights as well."""

    def __init__(self, page: Page, column: int | None) -> None:
        self._page, self._column = page, column
        self._value: Value = None
        self._first = page.number + 1
        self._rows = 0
        self.statuses: Counter[Status | None] = Counter()

    def taken(self, values: list[Value]) -> list[Value]:
        """The values to write: of a run only the first is kept."""
        self._rows += 1
        if self._column is None:
            return values
        value = values[self._column]
        if value and value == self._value:
            values[self._column] = None
            return values
        self._close()
        self._value, self._first = value, self._page.number + 1
        return values

    def end(self) -> int:
        self._close()
        return self._rows

    def _close(self) -> None:
        if self._column is not None and self._value and self._page.number > self._first:
            self._page.merge(self._column, self._first, self._column, self._page.number)
