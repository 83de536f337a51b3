"""填报表: a unit's targets of one month as a sheet to fill in; all but the cells to fill is locked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import IO, Any

from django.utils import translation
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.comments.comment_sheet import CommentRecord
from openpyxl.worksheet.datavalidation import DataValidation

from targets import explain
from targets.filing.lines import Line
from targets.filing.sheet import (
    ABOVE,
    BY_STATISTICS,
    FIELDS,
    FOOT,
    FORM,
    HEADING,
    HEADINGS,
    LONGEST,
    NONE_HERE,
    OPTIONAL,
    STATED,
    YES,
    RowKey,
    SheetKey,
    answers,
    digest,
    fields_of,
    filled,
    line_of,
    prints,
    ticked,
)
from targets.models import Milestone, OrgUnit, ReportingPeriod
from targets.models.enums import Part
from targets.register.columns import Value
from targets.workbooks import looks
from targets.workbooks.book import INVENTED, on_one_line, safe_name
from targets.workbooks.days import day
from targets.workbooks.looks import BODY_FONT, DIGITS_FONT, Look, Paint, name_default_font, number_format
from targets.workbooks.page import Page
from targets.workbooks.sheets import A4, NOTICE, SIGNED, page_of, set_paper

_HINT = "只填浅黄色单元格，其他内容已锁定；没有填写的行不导入。填好后原样交回，请勿换格式、增删行列。"
_STATED = (4.5, 16.0, 10.0, 9.0, 18.0)  # the widths of what is stated
_OF_STATISTICS = "统计数"  # in the name of the form
_TYPED = {
    "value": 12.0, "answer": 9.0, "narrative": 23.0, "issues": 14.0, "next_steps": 14.0,
    "support_needed": 9.0, "catch_up_on": 10.0, "forecast": 8.5, "preliminary": 4.5, "yoy": 10.0,
    "published_rank": 6.0, "source_ref": 36.0, "published_on": 12.0,
}  # fmt: skip
_TO_FILL, _WRONG = Paint("FFF8DC", "000000"), Paint("FFD9D9", "000000")
_WORDS = Look(BODY_FONT, wraps=True)
_FIGURE = Look(DIGITS_FONT, align="right")
_DAY = Look(DIGITS_FONT, align="center", number_format="yyyy-mm-dd")
_WORD = Look(BODY_FONT, align="center", wraps=True)
_LOOKS = {
    "value": _FIGURE, "answer": _WORD, "catch_up_on": _DAY, "forecast": _FIGURE, "preliminary": _WORD,
    "yoy": _FIGURE, "published_rank": _FIGURE, "published_on": _DAY,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Returned:
    """A sheet as it came back, to be made again: by (code, node) its keys, what was typed, and remarks on
    the cells to mend by field.
    """

    keys: dict[tuple[str, int | None], RowKey] = field(default_factory=dict)
    typed: dict[tuple[str, int | None], Mapping[str, Value]] = field(default_factory=dict)
    remarks: dict[tuple[str, int | None], dict[str, str]] = field(default_factory=dict)
    astray: Sequence[str] = ()  # what belongs to no cell


def form_name(part: str) -> str:
    return f"{_OF_STATISTICS}{FORM}" if part == Part.STATISTIC else FORM


def sheet_name(unit: OrgUnit, period: ReportingPeriod, part: str = Part.REPORT) -> str:
    """经发办2026年6月填报表.xlsx."""
    end = period.period_end
    return f"{safe_name(unit.name)}{end.year}年{end.month}月{form_name(part)}.xlsx"


def write_filing_sheet(
    file: IO[bytes],
    unit: OrgUnit,
    period: ReportingPeriod,
    lines: Sequence[Line],
    returned: Returned | None = None,
) -> None:
    """Write the sheet of these lines, one or more, all of one period and part; in Chinese, as every form
    of the offices.
    """
    book = Workbook(write_only=True)
    name_default_font(book)
    book.properties.creator = on_one_line(period.plan.jurisdiction.name)
    book.properties.title = sheet_name(unit, period, lines[0].part).removesuffix(".xlsx")
    try:
        with translation.override("zh-hans"):
            _Sheet(book, unit, period, lines, returned or Returned()).write()
        book.save(file)
    except BaseException:
        for stream in book.worksheets:
            stream.discard()
        raise


class _Sheet:
    def __init__(
        self,
        book: Workbook,
        unit: OrgUnit,
        period: ReportingPeriod,
        lines: Sequence[Line],
        returned: Returned,
    ) -> None:
        self.unit, self.period, self.returned = unit, period, returned
        self.lines = lines
        self.part = Part(lines[0].part)
        asks = any(line.takes_forecast for line in self.lines)
        self.fields = [name for name in FIELDS[self.part] if name not in OPTIONAL or asks]
        widths = [24.0, *_STATED, *(_TYPED[name] for name in self.fields)]
        self.page = Page(book, FORM, widths)
        self.first = 1 + len(_STATED)  # the place of the first column to fill
        self.rules = _Rules()

    def write(self) -> None:
        page, stream = self.page, self.page.stream
        stream.column_dimensions["A"].hidden = True
        set_paper(stream, page.letters[3], top=5, paper=A4)
        page_of(stream)
        stream.protection.sheet = True
        stream.protection.formatRows = stream.protection.formatColumns = False
        plan, end = self.period.plan, self.period.period_end
        months = explain.months(plan.starts_on, end)
        whose = on_one_line(self.unit.name)
        title = f"{whose}{plan.year}年重点目标任务{form_name(self.part)}"
        key = SheetKey(plan.code, self.period.number, prints([title]), self.part)
        self._across(str(key), title, looks.TITLE, 36)
        if self.returned.astray:
            self._remark(1, "\n".join(self.returned.astray))
        notice = INVENTED if plan.is_invented else ""
        self._line_across(ABOVE, "　".join(filter(None, [f"（{months}）", notice])), looks.CENTRED, 20)
        told = (
            f"填报单位：{whose}（盖章）",
            f"数据所属期：{end.year}年{months}",
            f"报送截止：{day(self.period.due_on(self.part))}",
        )
        self._line_across(ABOVE, "　　　　".join(told), looks.LINE, 20)
        self._line_across(ABOVE, f"{_HINT}{NOTICE}。", looks.LINE._replace(wraps=True), 32)
        headings: list[Value] = [HEADING, *STATED[self.part], *(HEADINGS[name] for name in self.fields)]
        page.row(headings, [looks.HEADING] * len(headings), 45, fixed=True)
        for line in self.lines:
            self._line(line)
        self._line_across(FOOT, "　　　　　　".join(SIGNED), looks.LINE, 30)
        for rule in self.rules.made():
            stream.data_validations.append(rule)

    def _line_across(self, mark: str, words: str, look: Look, height: float) -> None:
        self._across(line_of(mark, words), words, look, height)

    def _across(self, key: str, words: str, look: Look, height: float) -> None:
        page = self.page
        rest: list[Value] = [None] * (len(page.widths) - 2)
        page.row([key, page.writer.text(words), *rest], [look] * len(page.widths), height, fixed=True)
        page.merge(1, page.number, len(page.widths) - 1, page.number)

    # --- one target ---------------------------------------------------------------------------

    def _line(self, line: Line) -> None:
        target, stands, done = line.target, filled(line), ticked(line)
        last = [line.last_figure_in_words, line.last_months] if line.last_figure else [line.nodes_in_words]
        words = line.last_words
        said = f"{line.last_words_month}：{words.narrative}" if words else ""
        if self.part == Part.STATISTIC:
            said = target.lead_unit.name
        stated: list[Value] = [
            target.number, target.title, _two_lines(line.goal, line.deadline), _two_lines(*last), said,
        ]  # fmt: skip
        version = line.entry.version if line.entry else 0
        key = RowKey(target.code, version, digest(stands, done))
        if "value" not in fields_of(line):
            stands["value"] = BY_STATISTICS if line.figure_is_elsewhere else NONE_HERE
        if "answer" in stands:
            stands["answer"] = str(stands["answer"].label)
        if "preliminary" in stands:
            stands["preliminary"] = YES
        self._row(line, key, stated, stands, fields_of(line))
        for node in line.nodes if line.is_editable else ():
            due = explain.short_day(node.falls_due_on) if node.falls_due_on else ""
            self._row(
                line,
                RowKey(target.code, version, "", node.pk),
                [None, f"　节点：{node.title}", due, None, None],
                {"value": done.get(node.pk)},
                ("value",),
                node=node,
            )

    def _row(
        self,
        line: Line,
        key: RowKey,
        stated: Sequence[Value],
        stands: Mapping[str, Any],
        fields: Iterable[str],
        node: Milestone | None = None,
    ) -> None:
        page, about = self.page, (key.code, key.node)
        stands = self.returned.typed.get(about, stands)
        remarks = self.returned.remarks.get(about, {})
        stated = [page.writer.kept(value) for value in stated]
        key = replace(self.returned.keys.get(about, key), shown=prints(stated))
        values: list[Value] = [str(key), *stated]
        shown = [_WORDS, looks.FIGURES[looks.Kind.INTEGER], _WORDS, _WORDS, _WORDS, _WORDS]
        for place, name in enumerate(self.fields, start=self.first):
            is_to_fill = line.is_editable and name in fields
            value = stands.get(name)
            look = _DAY if node else _LOOKS.get(name, _WORDS)
            if isinstance(value, str) and look.align == "right":
                look = _WORD
            elif isinstance(value, Decimal):
                look = look._replace(number_format=number_format(value, line.target.decimals or 0))
            if is_to_fill:
                look = look._replace(paint=_TO_FILL, locked=False)
                self.rules.add(f"{page.letters[place]}{page.number + 1}", name, line, node)
            if name in remarks:
                look = look._replace(paint=_WRONG)
            values.append(value)
            shown.append(look)
        page.filled([page.writer.kept(value) for value in values], shown, spread=False)
        for name, told in remarks.items():
            if name in self.fields:
                self._remark(self.first + self.fields.index(name), told)

    def _remark(self, place: int, told: str) -> None:
        cell = Cell(self.page.stream, row=self.page.number, column=place + 1)
        cell.comment = Comment(told, "目标任务跟踪", height=80, width=260)
        self.page.stream._comments.append(CommentRecord.from_cell(cell))


def _two_lines(*parts: str) -> str:
    return "\n".join(filter(None, parts))


class _Rules:
    """What the program that fills in the sheet checks; what it lets pass is checked when it comes back."""

    def __init__(self) -> None:
        self._by_kind: dict[tuple[Any, ...], DataValidation] = {}

    def add(self, place: str, name: str, line: Line, node: Milestone | None) -> None:
        if node or name in ("catch_up_on", "published_on"):
            rule = self._rule("date", operator="between", formula1="36526", formula2="73050",
                              error="请填日期，如 2026-06-30。")  # fmt: skip
        elif name == "answer":
            rule = self._rule("list", formula1=f'"{",".join(answers(line))}"', error="请从下拉列表中选择。")
        elif name == "preliminary":
            rule = self._rule("list", formula1=f'"{YES}"', error="初步数填“是”，否则留空。")
        elif name == "yoy":
            rule = self._rule("decimal", operator="between", formula1="-999999", formula2="999999",
                              error="请只填数字，如 5.1。")  # fmt: skip
        elif name == "published_rank":
            rule = self._rule("whole", operator="between", formula1="1", formula2="32767",
                              error="请填位次，如 2。")  # fmt: skip
        elif name in ("value", "forecast"):
            kind = "whole" if line.target.whole() else "decimal"
            unit = line.target.unit_of_measure.strip()
            rule = self._rule(kind, operator="between", formula1="-99999999999", formula2="99999999999",
                              error=f"请只填数字{f'，单位：{unit}' if unit else ''}。",
                              prompt=f"单位：{unit}" if unit else None)  # fmt: skip
        else:
            most = LONGEST[name]
            rule = self._rule("textLength", operator="lessThanOrEqual", formula1=str(most),
                              error=f"最多{most}字。")  # fmt: skip
        rule.add(place)

    def _rule(self, kind: str, *, error: str, prompt: str | None = None, **how: str) -> DataValidation:
        key = (kind, error, prompt, *how.values())
        if key not in self._by_kind:
            self._by_kind[key] = DataValidation(
                type=kind, allow_blank=True, showErrorMessage=True, error=error, errorTitle=FORM,
                showInputMessage=prompt is not None, prompt=prompt, **how,
            )  # fmt: skip
        return self._by_kind[key]

    def made(self) -> Iterable[DataValidation]:
        return self._by_kind.values()
