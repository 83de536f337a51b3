"""Query parameters of the register; an invalid value gets an error at its field."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import urlencode

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import F, Q, prefetch_related_objects
from django.forms.utils import flatatt
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from targets import explain
from targets.models import OrgUnit, Plan, Target, TargetList
from targets.models.base import plain_code
from targets.models.people.viewer import Account
from targets.models.plan.plan import usual_plan
from targets.models.target.queries import TargetQuerySet
from targets.register.finding import NONE, containing
from targets.register.overview.lists import BEGUN, DONE, items_of
from targets.register.register import Register
from targets.reporting import Reporting
from targets.status import Status

USUAL_ROWS, MOST_ROWS = 50, 200
ALL = gettext_lazy("All")
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class Select(forms.Select):
    """As Django's own, which renders a template for each option."""

    OPTION, CHOSEN = '<option value="{}"{}>{}</option>', SafeString(" selected")

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen = self.format_value(value)
        options = ((key, self.CHOSEN if str(key) in chosen else "", label) for key, label in self.choices)
        outer = flatatt(self.build_attrs(self.attrs, {"name": name, **(attrs or {})}))
        return format_html("<select{}>{}</select>", outer, format_html_join("", self.OPTION, options))


class MomentField(forms.Field):
    """A day or a moment, in ISO form; a day means its end."""

    def to_python(self, value: Any) -> date | datetime | None:
        if value in self.empty_values:
            return None
        found: date | datetime | None
        try:
            # A plus sign in a query string arrives as a space.
            found = parse_date(value) or parse_datetime(value.strip().replace(" 0", "+0"))
        except ValueError:
            found = None
        if found is None:
            raise ValidationError(_("Write a day like 2026-06-30 or a moment like 2026-06-30T18:00."))
        if not 2000 <= found.year <= 2100:  # the day after `date.max` does not exist
            raise ValidationError(_("The year must lie between 2000 and 2100."))
        if isinstance(found, datetime) and timezone.is_naive(found):
            return timezone.make_aware(found)
        return found


def problems(form: forms.BaseForm) -> list[tuple[str, str]]:
    """Return (label of the field, error) for the message above a page."""
    return [
        (str(form.fields[name].label) if name in form.fields else "", str(message))
        for name, messages in form.errors.items()
        for message in messages
    ]


class TimeForm(forms.Form):
    """The as-of day and the as-known-at moment of a plan; once valid, `register` holds the result."""

    period = forms.IntegerField(required=False, widget=forms.Select, label=gettext_lazy("Period"))
    as_of = forms.DateField(required=False, widget=DAY, label=gettext_lazy("As of"))
    known_at = MomentField(required=False, label=gettext_lazy("As known at"))

    TIMES = ("period", "as_of", "known_at")

    def __init__(self, data: dict[str, str], *, plan: Plan | None, viewer: Account, today: date) -> None:
        super().__init__(data)
        self.plan, self.viewer, self.today = plan, viewer, today
        self.register: Register | None = None
        if plan:
            prefetch_related_objects([plan], "periods")
        opened = [p for p in plan.periods.all() if p.opens_on <= today] if plan else []
        self.fields["period"].widget.choices = [("", _("today"))] + [(p.number, p) for p in opened]

    def clean_period(self) -> int | None:
        number = self.cleaned_data["period"]
        periods = {p.number: p for p in self.plan.periods.all()} if self.plan else {}
        if number in periods and periods[number].opens_on > self.today:
            raise ValidationError(_("%(period)s has not opened yet.") % {"period": periods[number]})
        return number

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.plan is None or self.errors:
            return cleaned
        times = {name: cleaned.get(name) for name in self.TIMES}
        try:
            self.register = Register.at(self.plan, **times, viewer=self.viewer, today=self.today)
        except ValidationError as error:
            self.add_error(None, error)
        return cleaned

    @property
    def times(self) -> str:
        """The query string that keeps day and moment in a link, or nothing for today."""
        given = {name: self.data[name] for name in self.TIMES if self.data.get(name)}
        return f"?{urlencode(given)}" if given else ""


class ScopeForm(TimeForm):
    """The plan, its as-of day and as-known-at moment, the order and the page."""

    page = forms.IntegerField(required=False, label=gettext_lazy("Page"))
    view = forms.ChoiceField(choices=[("meeting", "meeting")], required=False, label=gettext_lazy("View"))
    paper = forms.ChoiceField(choices=[("a3", "A3")], required=False, label=gettext_lazy("Paper"))
    per_page = forms.IntegerField(required=False, label=gettext_lazy("Rows per page"))

    field_order = ("plan", "period", "as_of", "known_at", "sort")

    def __init__(self, data: dict[str, str], *, viewer: Account, sorts: list[str], today: date) -> None:
        self.plans = list(Plan.objects.shown_to(viewer))
        by_code = {plan.code: plan for plan in self.plans}
        named = plain_code(data.get("plan", ""))
        plan = by_code.get(named) if named else usual_plan(self.plans, today, viewer)
        if plan:
            data = data | {"plan": plan.code}
        super().__init__(data, plan=plan, viewer=viewer, today=today)
        self.fields["plan"] = forms.ChoiceField(
            choices=list(by_code.items()), required=False, label=gettext_lazy("Plan")
        )
        self.fields["sort"] = forms.ChoiceField(
            choices=[(name, name) for name in sorts], required=False, label=gettext_lazy("Order")
        )
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        cleaned["page"] = max(cleaned.get("page") or 1, 1)
        cleaned["per_page"] = min(max(cleaned.get("per_page") or USUAL_ROWS, 1), MOST_ROWS)
        return cleaned


class Leader(NamedTuple):
    """Who answers for a target: a listed person, in the order of units, or only the document's words."""

    path: str | None
    pk: int | None
    name: str | None
    post: str | None
    words: str | None


WITHOUT = {"leader": gettext_lazy("none named"), "domain": gettext_lazy("no domain")}
PERSON = "accountable_leader"
DOMAIN = ("domain__order", "domain", "domain__name")
UNIT = ("lead_unit__order", "lead_unit", "lead_unit__name", "lead_unit__short_name")
LEADER = (f"{PERSON}__unit__path", PERSON, f"{PERSON}__name", f"{PERSON}__post", f"{PERSON}_words")


def leaders(targets: Any) -> list[tuple[str, str]]:
    """Return (value, label) for each accountable leader: listed persons by id, other words by the text."""
    return _choices({Leader(*columns) for columns in targets.order_by().values_list(*LEADER).distinct()})


def _choices(found: set[Leader]) -> list[tuple[str, str]]:
    people = {leader.pk: leader for leader in sorted(leader for leader in found if leader.pk)}
    words = sorted({leader.words for leader in found if leader.words})
    return [*((str(pk), explain.titled(people[pk])) for pk in people), *zip(words, words, strict=True)]


def _named(found: set[tuple[Any, ...]]) -> list[tuple[str, str]]:
    """The choices of these rows of order, key and names, of which the last given one is shown."""
    rows = sorted(columns for columns in found if columns[1] is not None)
    return [(str(pk), names[-1] or names[0]) for _order, pk, *names in rows]


def _lists(register: Register) -> list[tuple[str, str]]:
    """The lists on which the viewer sees a target."""
    if not register.plan.has_lists:
        return []
    seen = Target.objects.seen_in(register.plan, register.viewer).order_by()
    lists = TargetList.objects.filter(places__target__in=seen).distinct()
    return [(str(pk), name) for pk, name in lists.values_list("pk", "name")]


def answers_for(leader: str, path: str = "") -> Q:
    """Return the condition for one value of `leaders`, or for NONE."""
    if leader == NONE:
        return Q(**{f"{path}accountable_leader": None, f"{path}accountable_leader_words": ""})
    if leader.isdecimal():
        return Q(**{f"{path}accountable_leader": int(leader)})
    return Q(**{f"{path}accountable_leader_words": leader})


class TargetFilterSet(django_filters.FilterSet):
    q = django_filters.CharFilter(
        method="search",
        label=gettext_lazy("Keywords"),
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": gettext_lazy("Keywords")}),
    )
    domain = django_filters.ChoiceFilter(
        label=gettext_lazy("Domain"),
        empty_label=gettext_lazy("Domain: all"),
        null_value=NONE,
        widget=Select,
    )
    unit = django_filters.ModelChoiceFilter(
        method="led_within",
        queryset=OrgUnit.objects.none(),
        label=gettext_lazy("Lead unit"),
        empty_label=gettext_lazy("Lead unit: all"),
        widget=Select,
    )
    leader = django_filters.ChoiceFilter(
        method="answered_for_by",
        label=gettext_lazy("Accountable leader"),
        empty_label=ALL,
        null_value=NONE,
        widget=Select,
    )
    alone = django_filters.BooleanFilter(
        method="as_part_of_unit", widget=forms.CheckboxInput, label=gettext_lazy("without the units below")
    )
    list = django_filters.ChoiceFilter(
        method="on_list",
        label=gettext_lazy("List"),
        empty_label=ALL,
        widget=Select,
    )
    item = django_filters.ChoiceFilter(
        method="as_items",
        choices=[(BEGUN, gettext_lazy("items begun")), (DONE, gettext_lazy("items done"))],
        label=gettext_lazy("Items"),
        empty_label=ALL,
        widget=Select,
    )
    status = django_filters.TypedMultipleChoiceFilter(
        choices=[(status.key, status.label) for status in Status],
        coerce=lambda key: Status[key.upper()].value,
        label=gettext_lazy("Status"),
    )
    measure = django_filters.ChoiceFilter(
        choices=Target.Measure.choices, label=gettext_lazy("Measure"), empty_label=ALL, widget=Select
    )
    reporting = django_filters.TypedMultipleChoiceFilter(
        choices=[(reporting.key, reporting.label) for reporting in Reporting],
        coerce=lambda key: Reporting[key.upper()].value,
        method="answered",
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("Reporting"),
    )
    due_after = django_filters.DateFilter(method="due", label=gettext_lazy("Due from"), widget=DAY)
    due_before = django_filters.DateFilter(method="due", label=gettext_lazy("Due until"), widget=DAY)

    class Meta:
        model = Target
        fields: tuple[str, ...] = ()

    def __init__(self, data: QueryDict, register: Register) -> None:
        super().__init__(data, register.targets())
        self.register = register
        # Offer only what the plan uses: listing every unit of a district costs more than the page. For a
        # past day also offer today's units and leaders, so that the filter survives a change of the day.
        in_plan, paths = Target.objects.seen_in(register.plan, register.viewer).order_by(), [""]
        if register.is_past:
            in_plan, paths = in_plan.with_status(register.on, register.known_at), ["", register.promised]
        of_day = [f"{path}{name}" for path in paths for name in (*UNIT, *LEADER)]
        domains, units, named = set(), set(), set()
        for found in in_plan.values_list(*DOMAIN, *of_day).distinct():
            columns = iter(found)
            domains.add(tuple(islice(columns, len(DOMAIN))))
            for _path in paths:
                units.add(tuple(islice(columns, len(UNIT))))
                named.add(Leader(*islice(columns, len(LEADER))))
        self.filters["list"].extra["choices"] = _lists(register)
        for name, choices, lacks_one in (
            ("leader", _choices(named), any(not leader.pk and not leader.words for leader in named)),
            ("domain", _named(domains), any(pk is None for _order, pk, _name in domains)),
        ):
            self.filters[name].extra["choices"] = choices
            self.filters[name].extra["null_label"] = WITHOUT[name] if lacks_one else None
        self.filters["unit"].queryset = OrgUnit.objects.filter(pk__in={pk for _order, pk, *_names in units})
        # the field would read the same units once more
        unit = self.form.fields["unit"]
        unit.widget.choices = [("", unit.empty_label), *_named(units)]

    @property
    def of_every_status(self) -> TargetQuerySet:
        """What all filters but that of the status leave."""
        targets = self.queryset.all()
        for name, value in self.form.cleaned_data.items():
            if name != "status":
                targets = self.filters[name].filter(targets, value)
        return targets

    @property
    def list_name(self) -> str:
        """The list whose rows are shown, or nothing."""
        return str(dict(self.filters["list"].extra["choices"]).get(self.form.cleaned_data["list"], ""))

    @property
    def answers(self) -> Collection[int]:
        """The answers to keep. The database does not know them: a Listing finds and keeps them."""
        found: Collection[int] = self.form.cleaned_data.get("reporting") or ()
        return found

    def answered(self, queryset: Any, name: str, answers: Any) -> Any:
        return queryset

    def led_within(self, queryset: TargetQuerySet, name: str, unit: OrgUnit) -> TargetQuerySet:
        if self.form.cleaned_data.get("alone"):
            return queryset.alias(then_unit=F(f"{self.register.promised}lead_unit")).filter(then_unit=unit.pk)
        return self.register.led_within(queryset, unit)

    def as_part_of_unit(self, queryset: TargetQuerySet, name: str, value: bool) -> TargetQuerySet:
        """Says how `unit` is meant; alone it narrows nothing."""
        return queryset

    def answered_for_by(self, queryset: TargetQuerySet, name: str, leader: str) -> TargetQuerySet:
        then = {f"then_{name}": F(f"{self.register.promised}{name}") for name in (PERSON, f"{PERSON}_words")}
        return queryset.alias(**then).filter(answers_for(leader, "then_"))

    def on_list(self, queryset: TargetQuerySet, name: str, chosen: str) -> TargetQuerySet:
        return queryset.on_list(chosen)

    def as_items(self, queryset: TargetQuerySet, name: str, state: str) -> TargetQuerySet:
        """Of the items of `list`, whatever else narrows the table; alone it narrows nothing."""
        if not (chosen := self.form.cleaned_data.get("list")):
            return queryset
        rows = self.register.listing(self.register.targets().on_list(chosen)).rows()
        items = items_of((row.target.list_number, row) for row in rows)
        return queryset.filter(
            pk__in=[row.target.pk for item in items if item.counts_as(state) for row in item.rows]
        )

    def search(self, queryset: TargetQuerySet, name: str, words: str) -> TargetQuerySet:
        named = queryset.alias(unit_name=F(f"{self.register.promised}lead_unit__name"))
        return named.filter(containing(words, ("title", "code", "stated_as", "unit_name")))

    def due(self, queryset: TargetQuerySet, name: str, day: date) -> TargetQuerySet:
        bound = {"due_after": "gte", "due_before": "lte"}[name]
        return queryset.alias(then_due=F("row__due_on")).filter(**{f"then_due__{bound}": day})
