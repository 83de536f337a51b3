"""A whole file: which sheets, in which edition, for which register, under which name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from openpyxl import Workbook

from targets import explain
from targets.models.base import UNPRINTABLE
from targets.models.issued.report import Imprint
from targets.register.register import Register
from targets.register.row import RegisterRow
from targets.workbooks.content import Content
from targets.workbooks.days import covered, day, known, months, quarters
from targets.workbooks.forms.breakdown import BREAKDOWN
from targets.workbooks.forms.closed import CLOSED
from targets.workbooks.forms.corrections import CORRECTIONS
from targets.workbooks.forms.indicators import INDICATORS
from targets.workbooks.forms.lagging import LAGGING
from targets.workbooks.forms.lists import LISTS
from targets.workbooks.forms.monthly import MONTHLY
from targets.workbooks.forms.notes import NOTES
from targets.workbooks.forms.progress import PROGRESS, SHORT
from targets.workbooks.forms.summaries import BY_DOMAIN, BY_LEADER, BY_UNIT
from targets.workbooks.forms.year_end import YEAR_END
from targets.workbooks.looks import name_default_font
from targets.workbooks.sheets import DATA, EDITIONS, PRINT, Header, Part, Sheet

# In the order of a month: how things stand, what is behind, the sums, and what explains them.
FORMS: tuple[Sheet[Any], ...] = (
    PROGRESS, SHORT, LAGGING, BY_UNIT, BY_LEADER, BY_DOMAIN, LISTS, INDICATORS, BREAKDOWN, MONTHLY,
    NOTES, CORRECTIONS, YEAR_END, CLOSED,
)  # fmt: skip
SHEETS: dict[str, Sheet[Any]] = {sheet.name: sheet for sheet in FORMS}
USUAL = (PROGRESS.name,)

INVENTED = "演示数据，纯属虚构"
DIGEST = "校验码："  # before the digest of an issue
_UNSAFE_IN_NAMES = re.compile(r'[\\/:*?"<>|]')
_UNSAFE_IN_SHEETS = re.compile(r"[\\/:*?\[\]]")
_LONGEST_SHEET = 31
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
    edition: str = DATA,
    sheets: Sequence[str] = USUAL,
    imprint: Imprint | None = None,
) -> Written:
    """Write the named sheets of these rows; raises ValidationError by field for what does not exist.

    One sheet of rows reads them one after the other, several share them in memory.
    A form of the offices is in Chinese, whatever language the interface is shown in.
    """
    check(edition, sheets)
    chosen = [SHEETS[name] for name in dict.fromkeys(sheets)]
    book = Workbook(write_only=True)
    name_default_font(book)
    _describe(book, register, edition, sheets, imprint)
    try:
        with translation.override("zh-hans"):
            content = Content(register, rows if len(chosen) == 1 else list(rows))
            counts = [
                sheet.write(book, part.rows, _header(register, sheet, part, imprint), edition, name)
                for sheet in (each.for_content(content) for each in chosen)
                for part, name in _named(sheet, content)
            ]
        book.save(file)
    except BaseException:
        for stream in book.worksheets:
            stream.discard()
        raise
    return Written(
        rows=sum(count for count, _writer in counts),
        replaced=sum(writer.replaced for _count, writer in counts),
        cut=sum(writer.cut for _count, writer in counts),
    )


def check(edition: str, sheets: Sequence[str]) -> None:
    """Raise ValidationError by field for an edition or a sheet that does not exist."""
    if edition not in EDITIONS:
        message = _("There is no edition “%(edition)s” yet, only: %(editions)s.")
        words = {"edition": edition, "editions": explain.listed(EDITIONS)}
        raise ValidationError({"edition": message % words})
    unknown = [name for name in sheets if name not in SHEETS]
    if unknown or not sheets:
        message = _("There is no sheet “%(sheet)s” yet, only: %(sheets)s.")
        words = {"sheet": explain.listed(unknown), "sheets": explain.listed(SHEETS)}
        raise ValidationError({"sheets": message % words})


# --- names ------------------------------------------------------------------------------------


def file_name(register: Register, edition: str = DATA, sheets: Sequence[str] = USUAL) -> str:
    """As offices name the file: XX街道2026年上半年重点工作进展情况表.xlsx."""
    name = safe_name(_unit(register))
    month = quarters(register) or f"{register.on.month}月"
    (first, *others) = dict.fromkeys(sheets)
    what = "重点工作报表" if others else first if first != PROGRESS.name else "重点工作进展情况表"
    printed = f"（{EDITIONS[PRINT]}）" if edition == PRINT else ""
    return f"{name}{register.on.year}年{month}{what}{printed}.xlsx"


def safe_name(name: str) -> str:
    """As every system takes it within the name of a file."""
    return _UNSAFE_IN_NAMES.sub("", on_one_line(name)).strip(". ")


def _unit(register: Register) -> str:
    """The name of the office whose form it is."""
    return on_one_line(register.plan.jurisdiction.name)


def on_one_line(name: str) -> str:
    return " ".join(UNPRINTABLE.sub("", name).split())[:_LONGEST_NAME]


def _named(sheet: Sheet[Any], content: Content) -> Iterator[tuple[Part[Any], str]]:
    """The parts of a sheet, each with a name that every program takes and no other part has."""
    parts, taken = list(sheet.parted(content)), set[str]()
    for part in parts:
        of = f" {part.unit or part.list_name}" if len(parts) > 1 else ""
        yield part, free_name(f"{sheet.name}{of}", taken)


def free_name(words: str, taken: set[str]) -> str:
    """A sheet's name of these words that is not `taken` yet; it is from then on."""
    name = _UNSAFE_IN_SHEETS.sub("", on_one_line(words))[:_LONGEST_SHEET].strip("' ")
    number, whole = 2, name
    while name.casefold() in taken:
        name = f"{whole[: _LONGEST_SHEET - 4]}（{number}）"
        number += 1
    taken.add(name.casefold())
    return name


def _describe(
    book: Any, register: Register, edition: str, sheets: Sequence[str], imprint: Imprint | None
) -> None:
    plan = register.plan
    book.properties.keywords = "　".join(filter(None, (of_issue(imprint), sealed(imprint)))) or None
    book.properties.creator = _unit(register)
    book.properties.title = file_name(register, edition, sheets).removesuffix(".xlsx")
    if plan.is_invented:
        book.properties.title += f"（{INVENTED}）"
        book.properties.subject = INVENTED


# --- what a sheet says of itself --------------------------------------------------------------


def of_issue(imprint: Imprint | None) -> str:
    """What every sheet of an issue says at its foot, and the file of itself."""
    if imprint is None:
        return ""
    issued = f"{day(timezone.localdate(imprint.issued_at))}{imprint.issued_by}发布"
    return f"第{imprint.number}期　{issued}　{DIGEST}{imprint.digest}"


def sealed(imprint: Imprint | None) -> str:
    """Up to where the audit stood fast when the issue was handed out."""
    if imprint is None or imprint.seal is None:
        return ""
    number, digest = imprint.seal
    return f"审计日志第{number}次封存　摘要：{digest}"


def _header(register: Register, sheet: Sheet[Any], part: Part[Any], imprint: Imprint | None = None) -> Header:
    plan, whose = register.plan, on_one_line(part.unit) or _unit(register)
    span, said = months(register), known(register)
    return Header(
        f"{whose}{plan.year}年{on_one_line(part.list_name)}{sheet.title}",
        span=f"（{quarters(register) or span}）" if register.period else f"（截至{day(register.on)}）",
        as_of=f"数据截至{day(register.on)}{said}",
        notice=INVENTED if plan.is_invented else "",
        unit=whose,
        period=f"{covered(register)}{said}",
        months=span if register.period else "",
        filled_on=day(register.today or timezone.localdate()),
        imprint=of_issue(imprint),
        sealed=sealed(imprint),
    )
