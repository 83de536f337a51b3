"""The mapping of a superior's form on one page: what is proposed, what is asked, and what a person said."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cached_property
from typing import Any, NamedTuple

from django import forms
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from targets import explain
from targets.forms.base.fields import field_of
from targets.forms.superior.matching import BY_PLAN, Matcher, Proposal
from targets.models import Plan, SuperiorForm, Target
from targets.models.superior.form import Changes
from targets.reading.sheet import FileRefusal, Sheet
from targets.reading.sheet import read as read_book
from targets.reading.sheet.filling import Filling
from targets.reading.superior import (
    FILLED,
    HOLDS,
    PREVIOUS,
    TOGETHER,
    Column,
    Layout,
    Row,
    alike,
    is_filled,
    likeliest,
)
from targets.register.columns import COLUMNS

KNOWN_BY = {
    "number": gettext_lazy("key: its number"),
    "title": gettext_lazy("key: its name"),
    "unit_of_measure": gettext_lazy("unit of measure"),
}
FILLED_WITH = {column.key: column.sheet for column in COLUMNS if column.key in FILLED}
_SHOWN = 30  # characters of a sample


class Line(NamedTuple):
    """A row or column on the page; `state`: sure, doubt, none (not ours) or new since the last file."""

    about: Any
    field: BoundField
    state: str
    sample: str = ""
    formulas: int = 0


class MappingForm(forms.Form):
    """`stored`: the form whose later file this is, or that is looked at again. Raises FileRefusal."""

    name = forms.CharField(label=gettext_lazy("name of the form"), max_length=100)
    sheet = forms.ChoiceField(label=gettext_lazy("sheet"))
    first_heading = forms.IntegerField(label=gettext_lazy("first row of the headings"), min_value=1)
    last_heading = forms.IntegerField(label=gettext_lazy("last row of the headings"), min_value=1)
    numbering = forms.ChoiceField(label=gettext_lazy("numbers are those of"), required=False)
    checked = forms.BooleanField(
        label=gettext_lazy("I looked at everything that is marked “please check”"), required=False
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)
    read = forms.CharField(widget=forms.HiddenInput, required=False)  # the rows and columns that were shown
    shown = forms.CharField(widget=forms.HiddenInput, required=False)  # the sheet that was shown
    numbered = forms.CharField(widget=forms.HiddenInput, required=False)  # the numbering it was read by

    data: dict[str, Any]

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        plan: Plan,
        content: bytes,
        name: str = "",
        stored: SuperiorForm | None = None,
    ) -> None:
        super().__init__(data.copy() if data is not None else None)
        self.plan, self.stored = plan, stored
        book = read_book(content)
        self.sheets = [each for each in book.sheets if each.cells]
        if not self.sheets:
            raise FileRefusal("file_is_empty")
        self.matcher = Matcher(plan)
        same = SuperiorForm.objects.filter(plan=plan, file__sha256=hashlib.sha256(content).hexdigest())
        self.mapped = set(same.values_list("sheet", flat=True))  # sheets of the file
        self.layout = self._layout()
        self.filling = Filling(content, book, self.layout.sheet)
        self._ask(name)
        self.is_shown = self.data.get("read") == self._digest if self.is_bound else True
        if self.is_bound:  # what the page shows next
            told = ("read", "shown", "numbered", "first_heading", "last_heading")
            self.data.update({name: str(self.initial[name]) for name in told})

    # --- the sheet and its headings -----------------------------------------------------------

    def _layout(self) -> Layout:
        by_name = {sheet.name: sheet for sheet in self.sheets}
        whose, stored = (self.plan.year, self.plan.jurisdiction.name), self.stored
        posted = by_name.get(self.data.get("sheet", "")) if self.is_bound else None
        likely = by_name.get(stored.sheet) if stored else None
        if posted and self.data.get("shown") == posted.name and (rows := self._posted_headings(posted)):
            return Layout(posted, *rows, *whose)
        further = [] if posted else likeliest(self.sheets, whose[1], self.mapped)
        for sheet in filter(None, [posted or likely, *further]):
            if found := Layout.of(sheet, *whose):
                return found
        sheet = posted or likely or self.sheets[0]
        return Layout(sheet, *((stored.first_heading, stored.last_heading) if stored else (1, 1)), *whose)

    @cached_property
    def alike(self) -> list[str]:
        """The sheets of which this may be the one that is meant: those of forms of their own are not."""
        others = self.mapped - {self.layout.sheet.name}
        return [name for name in alike(self.sheets, self.layout) if name not in others]

    @cached_property
    def is_sheet_doubtful(self) -> bool:
        """Whether another sheet may be meant: of several alike, some were not in the file before."""
        if len(self.alike) < 2:
            return False
        return bool(not self.stored or self.layout.sheet.name != self.stored.sheet or self._sheets_came)

    @property
    def _sheets_came(self) -> set[str]:
        assert self.stored
        try:
            before = read_book(self.stored.file.read())
        except (FileRefusal, OSError):
            return set(self.alike)
        return set(self.alike) - {sheet.name for sheet in before.sheets}

    def _posted_headings(self, sheet: Sheet) -> tuple[int, int] | None:
        found = [str(self.data.get(name, "")).strip() for name in ("first_heading", "last_heading")]
        if not all(words.isascii() and words.isdecimal() and len(words) < 6 for words in found):
            return None
        first, last = map(int, found)
        return (first, last) if 0 < first <= last <= sheet.height else None

    # --- what is asked ------------------------------------------------------------------------

    def _ask(self, name: str) -> None:
        stored, layout = self.stored, self.layout
        sheets = [(each.name, each.name) for each in self.sheets]
        field_of(self, "sheet", forms.ChoiceField).choices = sheets
        numberings = [("", _("no numbering")), (BY_PLAN, _("the plan")), *self.matcher.lists.items()]
        field_of(self, "numbering", forms.ChoiceField).choices = numberings
        for column in layout.columns:
            self.fields[_key(column)] = forms.ChoiceField(
                label=column.words, choices=self._choices, required=False
            )
        self.holds = {column.label: self._held(column) for column in layout.columns}
        self.rows = layout.rows(self.holds)
        self.initial = {
            "name": stored.name if stored else f"{name} {layout.sheet.name}" if self.mapped else name,
            "sheet": layout.sheet.name,
            "first_heading": layout.first,
            "last_heading": layout.last,
            "numbering": self._numbering,
            "numbered": self._numbering,
            "seen": stored.version if stored else 0,
            "read": self._digest,
            "shown": layout.sheet.name,
            **{_key(column): self.holds[column.label] for column in layout.columns},
        }
        for row in self.rows:
            self.fields[_key(row)] = forms.CharField(
                label=row.words, required=False, widget=forms.TextInput(attrs={"list": "targets-known"})
            )
            key, posted = _key(row), self.data.get(_key(row)) if self.is_bound else None
            self.initial[key] = self._proposed(self.proposals, row)
            # a row that the page did not show yet, or left as it was proposed by another numbering
            if self.is_bound and (posted is None or posted == self._proposed(self._before, row)):
                self.data[key] = self.initial[key]

    @cached_property
    def _choices(self) -> list[tuple[str, Any]]:
        previous = [
            (f"{PREVIOUS}{name}", _("%(column)s of the month before") % {"column": label})
            for name, label in FILLED_WITH.items()
        ]
        together = [
            (names, explain.listed(FILLED_WITH[name] for name in names.split("+"))) for names in TOGETHER
        ]
        return [("", _("not ours")), *KNOWN_BY.items(), *FILLED_WITH.items(), *together, *previous]

    def _held(self, column: Column) -> str:
        """As posted, else as it was said before of these headings, else as they seem."""
        posted = self.data.get(_key(column)) if self.is_bound else None
        if posted in ("", *HOLDS):
            return str(posted)
        told = self.stored.holds.get(column.label, column.guess) if self.stored else column.guess
        if self.is_bound:
            self.data[_key(column)] = told
        return told

    @cached_property
    def _numbering(self) -> str:
        posted = self.data.get("numbering") if self.is_bound else None
        if posted is not None and (posted in self.matcher.numberings or posted == ""):
            return str(posted)
        return self.matcher.likeliest_numbering(self.rows)

    @staticmethod
    def _proposed(proposals: Mapping[str, Proposal], row: Row) -> str:
        proposal = proposals.get(row.label)
        return str(proposal.target) if proposal else ""

    @cached_property
    def proposals(self) -> Mapping[str, Proposal]:
        return self._propose(self._numbering)

    @cached_property
    def _before(self) -> Mapping[str, Proposal]:
        """As the page showed them."""
        numbered = str(self.data.get("numbered", ""))
        return self.proposals if numbered == self._numbering else self._propose(numbered)

    def _propose(self, numbering: str) -> Mapping[str, Proposal]:
        """Label of a row → target: as it was said before, else as the row seems."""
        known = self.stored.targets if self.stored else {}
        said = {
            row.label: Proposal(self.matcher.by_pk[target], True)
            for row in self.rows
            if (target := known.get(row.label)) in self.matcher.by_pk
        }
        new = [row for row in self.rows if row.label not in known]
        taken = {proposal.target.pk for proposal in said.values()}
        return {**said, **self.matcher.propose(new, numbering, taken)}

    @property
    def _digest(self) -> str:
        shown: list[Column | Row] = [*self.layout.columns, *self.rows]
        labels = [each.label for each in shown]
        return hashlib.sha256(repr((self.layout.sheet.name, labels, self._numbering)).encode()).hexdigest()

    # --- what the page shows ------------------------------------------------------------------

    @cached_property
    def changes(self) -> Changes | None:
        """What is otherwise than in the file before; None of a form that is new."""
        return self.stored.changes_in(self._columns_told, self._rows_told) if self.stored else None

    @cached_property
    def _came(self) -> set[str]:
        """The fields of columns and rows that the file before did not have."""
        if self.changes is None:
            return set()
        columns, rows = set(self.changes.columns.came), set(self.changes.rows.came)
        return {
            *(_key(column) for column in self.layout.columns if column.label in columns),
            *(_key(row) for row in self.rows if row.label in rows),
        }

    @cached_property
    def column_lines(self) -> list[Line]:
        found = []
        for column in self.layout.columns:
            is_new = _key(column) in self._came
            below = [self.layout.text(row.place, column.place) for row in self.rows[:3]]
            calculated = sum(self.filling.is_calculated((row.place, column.place)) for row in self.rows)
            state = "new" if is_new else self._state_of(column)
            sample = "　".join(filter(None, below))[:_SHOWN]
            found.append(Line(column, self[_key(column)], state, sample, calculated))
        return found

    @cached_property
    def row_lines(self) -> list[Line]:
        """What has to be looked at first, then what is not ours, then the rest, each as in the sheet."""
        order = ("doubt", "new", "none", "sure")
        found = [Line(row, self[_key(row)], self._state(row)) for row in self.rows]
        return sorted(found, key=lambda line: (order.index(line.state), line.about.place))

    def _state(self, row: Row) -> str:
        proposal, told = self.proposals.get(row.label), self[_key(row)].value()
        if _key(row) in self._came:
            return "new"
        if not told:
            return "none"
        is_as_proposed = proposal is not None and told == str(proposal.target)
        return "doubt" if proposal and is_as_proposed and not proposal.is_sure else "sure"

    def _state_of(self, column: Column) -> str:
        if column.is_doubtful and not (self.stored and column.label in self.stored.holds):
            return "doubt"
        return "sure" if self.holds[column.label] else "none"

    @property
    def counts(self) -> dict[str, int]:
        states = [line.state for line in self.row_lines]
        told = {state: states.count(state) for state in ("sure", "doubt", "new", "none")}
        return {**told, "all": len(states)}

    @property
    def has_doubts(self) -> bool:
        return bool(self.counts["doubt"] or self.columns_to_check or self.changes or self.is_sheet_doubtful)

    @property
    def columns_to_check(self) -> int:
        return sum(line.state in ("doubt", "new") for line in self.column_lines)

    @property
    def known(self) -> list[str]:
        return [str(target) for target in self.matcher.targets]

    # --- what is kept -------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.chosen: dict[str, int | None] = {}
        for row in self.rows:
            words = cleaned.get(_key(row), "")
            target = self._named(words)
            if words and target is None:
                self.add_error(_key(row), _("The plan has no such target; please choose one of the list."))
            self.chosen[row.label] = target.pk if target else None
        if self.layout.has_towns_for_rows and not any(self.chosen.values()):
            self.add_error(
                None,
                _("In this form each row is a town and each column a target; please fill it in by hand."),
            )
            return cleaned
        if "title" not in self.holds.values() and "number" not in self.holds.values():
            self.add_error(None, _("Please say which column holds the name or number of each row."))
        elif not any(self.chosen.values()):
            self.add_error(None, _("No row is one of the plan's targets yet; please choose them."))
        if not any(map(is_filled, self.holds.values())):
            self.add_error(None, _("No column is to be filled yet; please say which."))
        if self.has_doubts and not cleaned.get("checked"):
            self.add_error("checked", _("Please look at what is marked, then tick this."))
        return cleaned

    def _named(self, words: str) -> Target | None:
        code = words.split(maxsplit=1)[0] if words else ""
        same = [target for target in self.matcher.targets if target.title == words]
        return self.matcher.by_code.get(code.upper()) or (same[0] if len(same) == 1 else None)

    def may_be_kept(self) -> bool:
        """What nobody has seen as it is read now is shown first."""
        if not self.is_shown:
            self.add_error(None, _("The form is read otherwise now; please look at it again."))
        return self.is_shown

    @property
    def _columns_told(self) -> list[tuple[int, str, str]]:
        return [(column.place, column.label, self.holds[column.label]) for column in self.layout.columns]

    @property
    def _rows_told(self) -> list[tuple[int, str, int | None]]:
        chosen = getattr(self, "chosen", {})
        return [(row.place, row.label, chosen.get(row.label)) for row in self.rows]

    def told(self) -> dict[str, Any]:
        """The fields of a SuperiorForm."""
        return {
            "name": self.cleaned_data["name"],
            "sheet": self.layout.sheet.name,
            "first_heading": self.layout.first,
            "last_heading": self.layout.last,
            "columns": self._columns_told,
            "rows": self._rows_told,
        }

    def as_before(self) -> dict[str, Any] | None:
        """The same mapping for a later file that looks as the one before; None if it does not."""
        assert self.stored
        if self.changes or self.is_sheet_doubtful:
            return None
        rows = [(row.place, row.label, self.stored.targets[row.label]) for row in self.rows]
        names = ("first_heading", "last_heading")
        told = {name: getattr(self.layout, name.removesuffix("_heading")) for name in names}
        return {**told, "sheet": self.layout.sheet.name, "columns": self._columns_told, "rows": rows}


def _key(about: Column | Row) -> str:
    kind = "column" if isinstance(about, Column) else "row"
    return f"{kind}-{hashlib.sha256(about.label.encode()).hexdigest()[:12]}"


class FileForm(forms.Form):
    """The form as it came from the superior."""

    file = forms.FileField(
        label=gettext_lazy("Workbook (.xlsx)"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )
