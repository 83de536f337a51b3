"""征求意见稿: a drafted plan unit by unit, to be corrected in place and sent back."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from typing import IO

from openpyxl import Workbook

from targets.models import OrgUnit, Plan, Target
from targets.reading.returned import HEADINGS, SIGNED
from targets.register.consultation import sent_out
from targets.workbooks.book import free_name, safe_name
from targets.workbooks.looks import BODY_FONT, HEADING, LINE, TITLE, Look, name_default_font
from targets.workbooks.page import Page
from targets.workbooks.sheets import A4, PRINT, Header, set_paper

Asked = tuple[OrgUnit, Sequence[Target]]

_WIDTHS = {"number": 7, "title": 46, "value": 22, "due": 16, "units": 26, "words": 36, "key": 40}
_WORDS = Look(BODY_FONT, size=11, vertical="center", wraps=True)
_MIDDLE = _WORDS._replace(align="center")
_HOW = "请直接修改“目标表述”“目标值”“完成时限”各栏，其他意见写入“修改意见”栏；无意见的不必填写。"
_TOP = 3  # lines above the headings


def write_book(file: IO[bytes], plan: Plan, asked: Iterable[Asked]) -> None:
    """One workbook with a sheet for each unit."""
    book, taken = Workbook(write_only=True), set[str]()
    name_default_font(book)
    book.properties.title = title_of(plan)
    for unit, targets in asked:
        _sheet(book, free_name(unit.name, taken), plan, unit, targets)
    book.save(file)


def write_each(file: IO[bytes], plan: Plan, asked: Iterable[Asked]) -> None:
    """A zip with a workbook for each unit."""
    taken = set[str]()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for unit, targets in asked:
            one = io.BytesIO()
            write_book(one, plan, [(unit, targets)])
            archive.writestr(f"{free_name(safe_name(unit.name), taken)}.xlsx", one.getvalue())


def title_of(plan: Plan) -> str:
    return f"{plan.jurisdiction.name}{plan.year}年目标任务（征求意见稿）"


def file_name(plan: Plan, unit: OrgUnit | None = None) -> str:
    return safe_name(f"{title_of(plan)}{unit.name if unit else ''}")


def _sheet(book: Workbook, name: str, plan: Plan, unit: OrgUnit, targets: Sequence[Target]) -> None:
    page = Page(book, name, [_WIDTHS[field] for field in HEADINGS])
    Header(title_of(plan)).around(page.stream, PRINT)
    page.stream.column_dimensions[page.letters[-1]].hidden = True
    set_paper(page.stream, page.letters[2], _TOP + 1, A4)
    page.across([(title_of(plan), TITLE)], 36)
    page.across([(f"征求意见单位：{unit.name}", LINE)], 20)
    page.across([(_HOW, LINE)], 20)
    page.row(list(HEADINGS.values()), [HEADING] * len(HEADINGS), 30, fixed=True)
    looks = [_MIDDLE if field in ("number", "due") else _WORDS for field in HEADINGS]
    for target in targets:
        cells = sent_out(target, unit)
        page.filled([page.writer.kept(cells[field]) for field in HEADINGS], looks, spread=False)
    page.across([(SIGNED, LINE)], 30)
