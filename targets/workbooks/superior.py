"""填好并下载: a superior's form with the figures and words of a month in it, and what was left as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import partial
from pathlib import PurePath
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from targets import explain
from targets.models import ReportingPeriod, SuperiorForm
from targets.reading.sheet import FileRefusal, read
from targets.reading.sheet.filling import Filling, Place
from targets.reading.superior import FILLED, PREVIOUS, Column, Layout, Row, factor, is_filled
from targets.register import columns
from targets.register.columns import Kind
from targets.register.register import Register
from targets.register.row import RegisterRow
from targets.reporting import OWED, Reporting
from targets.rules.quantities import PERCENT, half_up
from targets.workbooks.book import safe_name
from targets.workbooks.cells import held

_BY_KEY = {column.key: column for column in columns.COLUMNS if column.key in FILLED}
_FINEST = 8  # decimals of a figure in another unit
_AWAITED = (*OWED, Reporting.SUBMITTED)


class Left(NamedTuple):
    """A cell that stays as it was, or that was filled and has to be looked at.

    `is_usual`: nobody need do anything about it.
    """

    row: Row
    column: Column
    why: str
    is_usual: bool = False


class Reason(NamedTuple):
    """All that is left for one reason: each row with its columns."""

    why: str
    is_usual: bool
    rows: list[tuple[Row, list[Column]]]


def by_reason(found: Iterable[Left]) -> list[Reason]:
    """What somebody should look at comes first."""
    told: dict[tuple[bool, str], dict[int, tuple[Row, list[Column]]]] = {}
    for each in found:
        rows = told.setdefault((each.is_usual, each.why), {})
        rows.setdefault(each.row.place, (each.row, []))[1].append(each.column)
    in_order = sorted(told.items(), key=lambda reason: reason[0][0])
    return [Reason(why, is_usual, list(rows.values())) for (is_usual, why), rows in in_order]


class NotFilled(Exception):
    """Why a cell stays as it was."""

    def __init__(self, why: str, *, is_usual: bool = False) -> None:
        super().__init__(why)
        self.is_usual = is_usual


@dataclass(slots=True)
class Filled:
    """`carried`: filled with a figure of an earlier month, as 进展情况表 shows it too; `names_other`:
    words of the form that name another month or year; `others`: further sheets that were filled in;
    `not_ours`: rows that are no target of the plan.
    """

    content: bytes = b""
    count: int = 0
    left: list[Left] = field(default_factory=list)
    carried: list[Left] = field(default_factory=list)
    names_other: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    not_ours: list[Row] = field(default_factory=list)


def file_name(form: SuperiorForm, period: ReportingPeriod) -> str:
    """With the ending with which it came: Excel opens no .xlsm by another name."""
    end, ending = period.period_end, PurePath(form.file.name).suffix or ".xlsx"
    return f"{safe_name(form.name.removesuffix(ending))}（{end.year}年{end.month}月）{ending}"


def fill(form: SuperiorForm, period: ReportingPeriod, *, viewer: Any, today: date | None = None) -> Filled:
    """With the other sheets of its file, of which only the names are told.

    Raises ValidationError where the kept file cannot be read any more.
    """
    reader = partial(Register.at, form.plan, viewer=viewer, today=today)
    try:
        told = _filled(form, form.file.read(), period, reader)
        for other in form.of_same_file:
            told.content = _filled(other, told.content, period, reader).content
            told.others.append(other.name)
        return told
    except FileRefusal as refused:
        raise ValidationError(explain.file_refusal(refused)) from None
    except OSError:
        raise ValidationError(_("The file is gone; please choose it again.")) from None


def _filled(
    form: SuperiorForm, data: bytes, period: ReportingPeriod, reader: Callable[..., Register]
) -> Filled:
    book = read(data)
    sheet = next((each for each in book.sheets if each.name == form.sheet), None)
    if sheet is None:
        raise FileRefusal("file_has_no_sheet")
    plan = form.plan
    layout = Layout(sheet, form.first_heading, form.last_heading, plan.year, plan.jurisdiction.name)
    return _Filler(form, layout, Filling(data, book, sheet), period, reader).fill()


class _Filler:
    def __init__(
        self,
        form: SuperiorForm,
        layout: Layout,
        filling: Filling,
        period: ReportingPeriod,
        reader: Callable[..., Register],
    ) -> None:
        self.form, self.layout, self.filling = form, layout, filling
        self.period, self.reader = period, reader
        self.targets = form.targets
        self._rows: dict[int, dict[int, RegisterRow]] = {}  # by the number of their month

    def fill(self) -> Filled:
        rows = self.layout.rows(self.form.holds)
        if self.form.changes_in(
            [(column.place, column.label) for column in self.layout.columns],
            [(row.place, row.label) for row in rows],
        ):  # kept by an earlier edition of this program
            raise ValidationError(
                _(
                    "This form was read otherwise when it was mapped; please look at what goes where"
                    " and save it again."
                )
            )
        told, values = Filled(), dict[Place, Decimal | str]()
        end = self.period.period_end
        told.names_other = self.layout.names_other(end.year, end.month)
        told.not_ours = [row for row in rows if self.targets[row.label] is None]
        for row, column, name in self._asked(rows):
            place = row.place, column.place
            try:
                found = self._found(row, column, name)
                value = self._value(name.removeprefix(PREVIOUS), found, row, column)
                self._refuse_other_than_listed(place, value)
                values[place] = value
            except NotFilled as why:
                told.left.append(Left(row, column, str(why), why.is_usual))
                continue
            of = found.period_end if found and isinstance(values[place], Decimal) else None
            if found and of and of < found.on:
                month = explain.month_of(of, found.on)
                told.carried.append(Left(row, column, _("carried over from %(month)s") % {"month": month}))
        told.content, told.count = self.filling.filled(values), len(values)
        return told

    def _found(self, row: Row, column: Column, name: str) -> RegisterRow | None:
        """What the month that the cell is about says of the row. Raises NotFilled."""
        number = self.period.number
        if column.month is not None:
            number += column.month - self.period.period_end.month
            if number > self.period.number:
                raise NotFilled(_("The column is that of a later month."), is_usual=True)
            if number < self.period.number and (row.place, column.place) in self.layout.sheet.cells:
                raise NotFilled(
                    _("The column is that of an earlier month and says something."), is_usual=True
                )
        return self._month(number - name.startswith(PREVIOUS)).get(self.targets[row.label] or 0)

    def _month(self, number: int) -> Mapping[int, RegisterRow]:
        if number < 1:
            return {}
        if number not in self._rows:
            register = self.reader(period=number)
            named = {target for target in self.targets.values() if target is not None}
            rows = register.rows(register.targets().filter(pk__in=named))
            self._rows[number] = {row.target.pk: row for row in rows}
        return self._rows[number]

    def _asked(self, rows: Sequence[Row]) -> Iterator[tuple[Row, Column, str]]:
        """Each cell that is to be filled, and with what."""
        holds = self.form.holds
        wanted = [
            (column, name) for column in self.layout.columns
            if is_filled(name := holds.get(column.label, ""))
        ]  # fmt: skip
        for row in rows:
            if self.targets[row.label] is not None:
                yield from ((row, column, name) for column, name in wanted)

    def _value(self, key: str, found: RegisterRow | None, row: Row, column: Column) -> Decimal | str:
        """Raises NotFilled."""
        place = row.place, column.place
        if self.filling.is_calculated(place):
            raise NotFilled(_("The cell holds a formula, which stays."))
        if self.layout.is_covered(place):
            raise NotFilled(_("The cell is part of a merged one."))
        if found is None:
            raise NotFilled(_("The table of this month does not list the target."))
        asked = [_BY_KEY[each] for each in key.split("+")]
        shown, value = asked[0], asked[0].value(found)
        if len(asked) > 1:
            value = "\n".join(str(words) for each in asked if (words := each.value(found)))
        if value is None or value == "":
            raise self._why_empty(shown.kind, found)
        if not isinstance(value, Decimal | int):
            return held(str(value))[0]
        return self._figure(Decimal(value), shown.kind, found, row, column)

    def _refuse_other_than_listed(self, place: Place, value: Decimal | str) -> None:
        listed = self.filling.listed(place)
        if listed and str(value) not in listed:
            words = {"listed": explain.listed(listed)}
            raise NotFilled(_("The cell takes nothing but %(listed)s.") % words)

    @staticmethod
    def _why_empty(kind: Kind, found: RegisterRow) -> NotFilled:
        if kind == Kind.TEXT:
            return NotFilled(_("Nothing was written for this month."), is_usual=True)
        if found.reporting in _AWAITED and found.period_end != found.on:
            return NotFilled(_("Not reported for this month."))
        return NotFilled(_("The target has no such figure."), is_usual=True)

    def _figure(self, value: Decimal, kind: Kind, found: RegisterRow, row: Row, column: Column) -> Decimal:
        """In the unit that the form says; of a cell that prints per cent, the fraction."""
        if kind == Kind.NUMBER:
            ours, theirs = found.unit_of_measure, row.unit or column.unit or self.layout.unit
            times = factor(ours, theirs)
            if times is None:
                words = {"theirs": theirs, "ours": ours}
                raise NotFilled(_("The form counts in %(theirs)s, the plan in %(ours)s.") % words)
            value = half_up(Fraction(value) * times, _FINEST)
        if self.filling.is_percent((row.place, column.place)):
            if kind == Kind.NUMBER and found.unit_of_measure not in PERCENT:
                raise NotFilled(_("The cell prints per cent, and the figure is none."))
            return value.scaleb(-2)
        return value
