"""Many people at once: each pasted row is a form to correct; all are written together or not at all."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any

from django import forms
from django.contrib.auth.models import Group, User
from django.core.exceptions import ValidationError
from django.db.models.functions import Lower
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from targets import explain
from targets.forms.base.fields import UnitChoiceField, form_field
from targets.forms.people.pasted_sheet import HEADINGS, Sheet, names_in, read
from targets.forms.people.person import TAKEN, username_field
from targets.models import Member, OrgUnit
from targets.models.audit.recording import recording
from targets.models.people.accounts import new_account, open_account

MOST_PEOPLE = 60  # the strong hash of a password takes up to half a second
MOST_CHARACTERS = 100_000
MOST_ALIKE = 3  # units named when the one in the cell is not known


@dataclass(frozen=True, slots=True)
class Given:
    """A person just written, with the first password of the account, if there is one."""

    member: Member
    password: str

    @property
    def units(self) -> list[OrgUnit]:
        return [self.member.unit, *self.member.also_in.all()]


def in_full(unit: OrgUnit) -> str:
    """The name with the town's, as a cell may spell it: 外海街道经发办."""
    return f"{unit.parent or ''}{unit}"


def key_of(unit: OrgUnit) -> int | str:
    """One that is still to be added has its name only."""
    return unit.pk or unit.name


def _is_within(name: str, full: str) -> bool:
    """Whether the characters stand in the full name in this order."""
    rest = iter(full)
    return all(each in rest for each in name)


class ScopeForm(forms.Form):
    """Whose people these are: names are then looked for there alone, and units may be added there."""

    below = UnitChoiceField(
        OrgUnit.objects.filter(active=True).select_related("parent").order_by("path", "order"),
        label=gettext_lazy("people of"), required=False, empty_label=gettext_lazy("all units"),
    )  # fmt: skip
    adds = forms.BooleanField(label=gettext_lazy("add the units that are not known yet"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("adds") and not cleaned.get("below") and "below" not in self.errors:
            self.add_error("below", _("Please choose below which unit they are to stand."))
        return cleaned


class Known:
    """What the rows may name, read once for all of them; `new`: units that are to be added, by name."""

    def __init__(self, below: OrgUnit | None = None, *, adds: bool = False) -> None:
        self.below, self.adds = below, adds
        self.new: dict[str, OrgUnit] = {}
        self.roles = {group.name: group for group in Group.objects.order_by("pk")}
        self.units: dict[str, set[OrgUnit]] = defaultdict(set)
        within = OrgUnit.objects.filter(active=True, path__startswith=below.path if below else "")
        for unit in within.select_related("parent"):
            own, above = {unit.name, unit.short_name} - {""}, unit.parent
            towns = {above.name, above.short_name} - {""} if above else ()
            for name in own | {f"{town}{name}" for town in towns for name in own}:
                self.units[name].add(unit)

    def unit(self, name: str) -> OrgUnit:
        found = self.units.get(name, set())
        if len(found) == 1:
            return next(iter(found))
        if not found:
            return self._added(name)
        full = explain.listed(sorted(map(in_full, found)))
        raise ValidationError(_("“%(name)s” may be one of: %(full)s. Please write which.") % {
            "name": name, "full": full})  # fmt: skip

    def _added(self, name: str) -> OrgUnit:
        """The unit to add; one that may be short for another is none: 经发办, 经济发展办公室."""
        alike = {in_full(u) for full, units in self.units.items() if _is_within(name, full) for u in units}
        if 0 < len(alike) <= MOST_ALIKE:
            told = _("There is no unit “%(name)s”. Is it %(alike)s?")
            raise ValidationError(told % {"name": name, "alike": explain.listed(sorted(alike))})
        if not self.adds:
            told = _("There is no unit “%(name)s”; add it first, or correct the name.")
            raise ValidationError(told % {"name": name})
        unit = self.new.setdefault(name, OrgUnit(name=name, parent=self.below, order=len(self.new)))
        unit.clean_fields()
        return unit

    def role(self, name: str) -> Group:
        if name in self.roles:
            return self.roles[name]
        words = {"name": name, "roles": explain.listed(self.roles)}
        raise ValidationError(_("There is no role “%(name)s”. The roles are: %(roles)s.") % words)


class PersonRow(forms.Form):
    """One pasted person; the cells stay as they were pasted until somebody corrects them."""

    name = form_field(Member, "name", label=gettext_lazy("full name"))
    post = form_field(Member, "post")
    units = forms.CharField(label=gettext_lazy("unit"), max_length=500)
    roles = forms.CharField(label=gettext_lazy("roles"), max_length=200, required=False)
    username = username_field(label=gettext_lazy("account"))
    another = forms.BooleanField(label=gettext_lazy("another person of this name"), required=False)
    place = forms.IntegerField(widget=forms.HiddenInput, required=False)
    filled = forms.BooleanField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, known: Known, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = known
        self.is_doubled = False

    def name_inputs(self) -> None:
        """In a table no input has a label of its own."""
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = _("%(field)s, row %(row)s") % {
                "field": field.label, "row": self["place"].value() or ""}  # fmt: skip

    def clean_units(self) -> list[OrgUnit]:
        """The unit, and behind it the others in which the person serves too."""
        units = _each(self.known.unit, names_in(self.cleaned_data["units"]))
        return list({key_of(unit): unit for unit in units}.values())

    def clean_roles(self) -> list[Group]:
        return list(dict.fromkeys(_each(self.known.role, names_in(self.cleaned_data["roles"]))))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        cleaned["username"] = cleaned.get("username") or ""
        if cleaned.get("roles") and not cleaned["username"] and "username" not in self.errors:
            self.add_error("username", ValidationError(_("Roles need an account."), code="required"))
        for model, columns in ((Member, ("name", "post")), (User, ("username",))):
            self._check_columns(model, columns)
        return cleaned

    def _check_columns(self, model: Any, names: tuple[str, ...]) -> None:
        """What the model says of these columns alone, control characters too."""
        row = model(**{name: self.cleaned_data[name] for name in names if self.cleaned_data.get(name)})
        try:
            row.clean_fields(
                exclude={f.name for f in model._meta.fields if not self.cleaned_data.get(f.name)}
            )
        except ValidationError as error:
            for name, faults in error.update_error_dict({}).items():
                self.add_error(name if name in self.fields else None, faults)

    @property
    def is_left_out(self) -> bool:
        return bool(self.cleaned_data.get("DELETE"))

    @property
    def understood(self) -> str:
        """What the cells mean, where that is more than they say."""
        units = self.cleaned_data.get("units", ())
        told = (in_full(u) if u.pk else _("%(unit)s (new)") % {"unit": in_full(u)} for u in units)
        return explain.listed(told)


def _each(find: Any, names: list[str]) -> Any:
    """Find each name; raise what is wrong with all of them at once."""
    found, faults = [], []
    for name in names:
        try:
            found.append(find(name))
        except ValidationError as fault:
            faults.append(fault)
    if faults:
        raise ValidationError(faults)
    return found


class PersonRows(forms.BaseFormSet):
    """The rows against each other, and against the people and accounts that are here already."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["DELETE"].label = _("leave out")
        form.name_inputs()

    def clean(self) -> None:
        rows = [form for form in self.forms if not form.is_left_out]
        self._refuse_accounts(rows)
        self._refuse_people(rows)

    def _refuse_accounts(self, rows: list[Any]) -> None:
        asked = {row: row.cleaned_data.get("username", "").lower() for row in rows}
        lower = User.objects.annotate(lower=Lower("username")).filter(lower__in=set(asked.values()) - {""})
        here = set(lower.values_list("lower", flat=True))
        first: dict[str, Any] = {}
        for row, username in asked.items():
            if not username:
                continue
            if username in here:
                row.add_error("username", ValidationError(TAKEN, code="taken"))
            elif (other := first.setdefault(username, row)) is not row:
                told = _("Row %(row)s has the same account.") % {"row": other["place"].value()}
                row.add_error("username", ValidationError(told, code="twice"))

    def _refuse_people(self, rows: list[Any]) -> None:
        """The same name in the same unit is the same person, until somebody says it is another one."""
        names = {row.cleaned_data.get("name", "") for row in rows}
        here = set()
        for name, *units in Member.objects.filter(name__in=names).values_list("name", "unit", "also_in"):
            here |= {(name, unit) for unit in units}
        first: dict[tuple[str, int | str], Any] = {}
        for row in rows:
            name, units = row.cleaned_data.get("name", ""), row.cleaned_data.get("units", ())
            keys = [(name, key_of(unit)) for unit in units]
            others = [first[key] for key in keys if key in first]
            first = dict.fromkeys(keys, row) | first
            told = ""
            if others:
                told = _("Row %(row)s names the same person.") % {"row": others[0]["place"].value()}
            elif here.intersection(keys):
                told = _("This person is registered already; the account is changed on the person's page.")
            row.is_doubled = bool(told)
            if told and not row.cleaned_data.get("another"):
                row.add_error("name", ValidationError(told, code="twice"))


RowSet = forms.formset_factory(
    PersonRow, formset=PersonRows, extra=0, can_delete=True, max_num=MOST_PEOPLE, absolute_max=MOST_PEOPLE
)


class PastedPeople:
    """First the text is read into `rows`; from then on the rows are what is sent and corrected."""

    text = ""
    fault = refusal = ""
    sheet: Sheet | None = None
    rows: Any = None

    def __init__(self, posted: QueryDict | None) -> None:
        self.scope = ScopeForm(posted)
        if posted is None:
            return
        self.text = posted.get("text", "")
        if "_read" in posted or "form-TOTAL_FORMS" not in posted:
            self._read()
        else:
            self._take(posted)

    def _take(self, sent: Any) -> None:
        given = self.scope.cleaned_data if self.scope.is_valid() else {}
        self.known = Known(given.get("below"), adds=bool(given.get("adds")))
        self.rows = RowSet(sent, form_kwargs={"known": self.known, "empty_permitted": False})
        self.rows.full_clean()

    def _read(self) -> None:
        if len(self.text) > MOST_CHARACTERS:
            self.fault = _("At most %(most)s characters at once.") % {"most": MOST_CHARACTERS}
            return
        self.sheet = read(self.text)
        if self.sheet is None:
            headings = explain.listed(words[0] for words in HEADINGS.values())
            self.fault = _("No headings were found. One line must name the columns: %(headings)s.") % {
                "headings": headings}  # fmt: skip
        elif not self.sheet.rows:
            self.fault = _("There is nobody below the headings.")
        elif len(self.sheet.rows) > MOST_PEOPLE:
            self.fault = _("At most %(most)s people at once; these are %(found)s.") % {
                "most": MOST_PEOPLE, "found": len(self.sheet.rows)}  # fmt: skip
        else:
            self._take(_as_posted(self.sheet))

    def is_valid(self) -> bool:
        is_read = self.rows is not None and self.scope.is_valid()
        return is_read and self.rows.is_valid() and bool(self.chosen)

    @cached_property
    def chosen(self) -> list[Any]:
        return [form for form in self.rows.forms if not form.is_left_out]

    @property
    def count(self) -> int:
        return len(self.chosen)

    @property
    def new_units(self) -> list[OrgUnit]:
        """The units to be added for the people who are not left out."""
        named = chain.from_iterable(form.cleaned_data.get("units", ()) for form in self.chosen)
        needed = {unit.name for unit in named if unit.pk is None}
        return [unit for name, unit in self.known.new.items() if name in needed]

    @property
    def wrong(self) -> int:
        """How many rows have something to correct."""
        return sum(bool(form.errors) for form in self.chosen)

    def write(self) -> list[Given]:
        """Hash the passwords, then write everybody in one transaction."""
        found = [form.cleaned_data for form in self.chosen]
        accounts = [
            new_account(row["username"], row["name"]) if row["username"] else (None, "") for row in found
        ]
        given = []
        with recording() as act:
            for added in self.new_units:
                added.save()
            for row, (account, password) in zip(found, accounts, strict=True):
                if account is not None:
                    open_account(account, row["roles"])
                unit, *others = row["units"]
                member = Member(name=row["name"], post=row["post"], unit=unit, user=account)
                member.save()
                if others:
                    member.also_in.set(others)
                    act.note(member, {"also_in": [[], [*map(str, others)]]})
                given.append(Given(member, password))
        return given


def _as_posted(sheet: Sheet) -> dict[str, Any]:
    """The rows of the sheet as the page would send them."""
    sent: dict[str, Any] = {"form-TOTAL_FORMS": len(sheet.rows), "form-INITIAL_FORMS": 0}
    for index, (place, cells) in enumerate(sheet.rows):
        units = "、".join(chain(filter(None, (cells.get("units", ""), cells.get("also_in", "")))))
        row = {**cells, "units": units, "place": place, "filled": place in sheet.filled}
        sent |= {f"form-{index}-{name}": value for name, value in row.items()}
    return sent
