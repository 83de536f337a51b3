"""A whole file: which sheets, in which edition, for which register, under which name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from openpyxl import Workbook

from targets import explain
from targets.models.base import UNPRINTABLE
from targets.register.register import Register
from targets.register.row import RegisterRow
from targets.workbooks.looks import name_default_font
from targets.workbooks.progress import PROGRESS
from targets.workbooks.sheets import Header, Sheet

EDITIONS = ("data",)
SHEETS: dict[str, Sheet[RegisterRow]] = {sheet.name: sheet for sheet in (PROGRESS,)}

INVENTED = "演示数据，纯属虚构"
_UNSAFE_IN_NAMES = re.compile(r'[\\/:*?"<>|]')
_LONGEST_NAME = 50  # characters of a unit's name: a file name and a print header have room for 255


@dataclass(frozen=True, slots=True)
class Written:
    """What went into a file; `replaced` characters and `cut` texts could not be kept as they were."""

    rows: int
    replaced: int
    cut: int


def write_workbook(
    file: IO[bytes],
    register: Register,
    rows: Iterable[RegisterRow],
    *,
    edition: str = "data",
    sheets: Sequence[str] = (PROGRESS.name,),
) -> Written:
    """Write the named sheets of these rows; raises ValidationError by field for what does not exist.

    A form of the offices is in Chinese, whatever language the interface is shown in.
    """
    chosen = _chosen(edition, sheets)
    rows = rows if len(chosen) == 1 else list(rows)
    book = Workbook(write_only=True)
    name_default_font(book)
    _describe(book, register)
    try:
        with translation.override("zh-hans"):
            counts = [sheet.write(book, rows, _header(register, sheet)) for sheet in chosen]
        book.save(file)
    except BaseException:
        for stream in book.worksheets:
            stream.discard()
        raise
    return Written(
        rows=counts[0][0],
        replaced=sum(writer.replaced for _count, writer in counts),
        cut=sum(writer.cut for _count, writer in counts),
    )


def file_name(register: Register) -> str:
    """As offices name the file: XX街道2026年6月重点工作进展情况表.xlsx."""
    name = _UNSAFE_IN_NAMES.sub("", _unit(register)).strip(". ")
    return f"{name}{register.on.year}年{register.on.month}月重点工作进展情况表.xlsx"


def _unit(register: Register) -> str:
    """The name of the office whose form it is, on one line."""
    return " ".join(UNPRINTABLE.sub("", register.plan.jurisdiction.name).split())[:_LONGEST_NAME]


def _chosen(edition: str, sheets: Sequence[str]) -> list[Sheet[RegisterRow]]:
    if edition not in EDITIONS:
        message = _("There is no edition “%(edition)s” yet, only: %(editions)s.")
        words = {"edition": edition, "editions": explain.listed(EDITIONS)}
        raise ValidationError({"edition": message % words})
    unknown = [name for name in sheets if name not in SHEETS]
    if unknown or not sheets:
        message = _("There is no sheet “%(sheet)s” yet, only: %(sheets)s.")
        words = {"sheet": explain.listed(unknown), "sheets": explain.listed(SHEETS)}
        raise ValidationError({"sheets": message % words})
    return [SHEETS[name] for name in dict.fromkeys(sheets)]


def _describe(book: Any, register: Register) -> None:
    plan = register.plan
    book.properties.creator = _unit(register)
    book.properties.title = file_name(register).removesuffix(".xlsx")
    if plan.is_invented:
        book.properties.title += f"（{INVENTED}）"
        book.properties.subject = INVENTED


def _header(register: Register, sheet: Sheet[RegisterRow]) -> Header:
    plan = register.plan
    title = f"{_unit(register)}{plan.year}年{sheet.title}{_span(register)}"
    return Header(title, left=_as_of(register), right=INVENTED if plan.is_invented else "")


def _span(register: Register) -> str:
    """What the figures cover: （1—6月） for a period, （截至2026年6月16日） for a day."""
    if register.period is None:
        return f"（截至{_day(register.on)}）"
    first, last = register.plan.starts_on, register.on
    if first.year != last.year:
        return f"（{first.year}年{first.month}月—{last.year}年{last.month}月）"
    return f"（{last.month}月）" if first.month == last.month else f"（{first.month}—{last.month}月）"


def _as_of(register: Register) -> str:
    words = f"数据截至{_day(register.on)}"
    if register.known_at is None:
        return words
    if isinstance(register.known_at, datetime):
        moment = timezone.localtime(register.known_at)
        return f"{words}，按{_day(moment)}{moment:%H:%M}所知"
    return f"{words}，按{_day(register.known_at)}所知"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
