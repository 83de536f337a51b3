"""Forms of the review desk: the chosen entries, the version seen of each, the reasons to return them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from targets.filing.review_lines import ReviewLine
from targets.forms.desk.scope import DeskScopeForm
from targets.forms.entry.entry import ReviewForm
from targets.models import OrgUnit, ProgressEntry, ReportingPeriod
from targets.models.people.viewer import Account
from targets.models.target.queries import TargetQuerySet

REASONS = {
    "unusual": _("The figure is unusual against the last one; please check it."),
    "brief": _("The words are too brief; please add what was done and by when."),
    "unsourced": _("The source of the figure is not given."),
    "unit": _("The unit of measure is wrong."),
    "statistics": _("The figure differs from that of the statistics office; please compare."),
}
ALL_UNITS = "all"
LONGEST_COMMENT = ProgressEntry._meta.get_field("review_comment").max_length or 0


class ReviewScopeForm(DeskScopeForm):
    """Defaults: the newest period in which entries wait, and all units if these fit on a page.

    Of more than that the unit with most of them comes first.
    """

    PER_PAGE = 30

    def __init__(self, data: QueryDict, *, targets: TargetQuerySet, user: Account, today: date) -> None:
        self.user = user
        super().__init__(data, targets=targets, user=user, today=today)

    def _choice_of_units(self) -> list[tuple[int | str, OrgUnit | str | Promise]]:
        units = [(str(unit.pk), self._counted(unit, self.in_units.get(unit.pk, 0))) for unit in self.units]
        return [(ALL_UNITS, _("all units")), *units]

    def _periods(self, today: date) -> list[ReportingPeriod]:
        waiting = ProgressEntry.objects.waiting_for(self.user).filter(target__plan=self.plan)
        counted = waiting.order_by().values_list("period", "target__lead_unit").annotate(Count("pk"))
        self.by_unit: dict[int, dict[int, int]] = defaultdict(dict)
        for period, unit, count in counted:
            self.by_unit[period][unit] = count
        self.waiting = {period: sum(counts.values()) for period, counts in self.by_unit.items()}
        return super()._periods(today)

    @property
    def in_units(self) -> dict[int, int]:
        """Unit id → number of entries that wait in the chosen period."""
        return self.by_unit.get(self.period.pk, {}) if self.period else {}

    def _period(self, asked: str) -> ReportingPeriod | None:
        if asked:
            return super()._period(asked)
        return next((p for p in self.periods if p.pk in self.waiting), next(iter(self.periods), None))

    def _named(self, period: ReportingPeriod) -> str:
        return self._counted(super()._named(period), self.waiting.get(period.pk, 0))

    @staticmethod
    def _counted(name: object, count: int) -> str:
        words = {"period": name, "count": count}
        return gettext("%(period)s · %(count)s to review") % words if count else str(name)

    def _unit(self, asked: str, user: Account) -> OrgUnit | None:
        if asked:
            return None if asked == ALL_UNITS else super()._unit(asked, user)
        if sum(self.in_units.values()) <= self.PER_PAGE:
            return None
        return max(self.units, key=lambda unit: self.in_units.get(unit.pk, 0), default=None)

    @property
    def query(self) -> dict[str, Any]:
        return {**super().query, "unit": self.unit.pk if self.unit else ALL_UNITS}

    @property
    def elsewhere(self) -> list[tuple[ReportingPeriod, int]]:
        """Return (period, number of waiting entries) for the other periods, oldest first."""
        others = [period for period in reversed(self.periods) if period != self.period]
        return [(period, self.waiting[period.pk]) for period in others if period.pk in self.waiting]

    @property
    def is_complete(self) -> bool:
        return self.is_valid() and None not in (self.plan, self.period)


class ChosenEntryForm(ReviewForm):
    """One line: whether it is chosen, and the version seen. The page holds the locks."""

    review_comment = None  # type: ignore[assignment]  # so Django drops a field of the base class

    chosen = forms.BooleanField(required=False)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        instance: ProgressEntry,
        line: ReviewLine,
        **more: Any,
    ) -> None:
        self.line = line
        super().__init__(data, instance=instance, **{**more, "prefix": f"entry-{instance.pk}"})
        self.is_chosen = self.is_bound and bool(self["chosen"].data)

    def anew(self, row: ProgressEntry) -> ChosenEntryForm:
        return type(self)(instance=row, line=self.line)

    def lock(self) -> None:
        pass


class ReviewGrid:
    """The waiting lines by unit; `data` is the POST data."""

    def __init__(self, lines: Iterable[ReviewLine], data: Mapping[str, Any] | None = None) -> None:
        self.forms = [
            ChosenEntryForm(data if line.is_choosable else None, instance=line.entry, line=line)
            for line in lines
        ]
        self.seen = dict(_posted(data or {}))

    @property
    def units(self) -> list[tuple[OrgUnit, list[ChosenEntryForm]]]:
        found: dict[int, tuple[OrgUnit, list[ChosenEntryForm]]] = {}
        for form in self.forms:
            unit = form.line.target.lead_unit
            found.setdefault(unit.pk, (unit, []))[1].append(form)
        return sorted(found.values(), key=lambda group: (group[0].order, group[0].pk))

    @property
    def chosen(self) -> list[ChosenEntryForm]:
        return [form for form in self.forms if form.is_chosen]

    @property
    def choosable(self) -> list[ChosenEntryForm]:
        return [form for form in self.forms if form.line.is_choosable]

    @property
    def clear(self) -> list[ChosenEntryForm]:
        """The choosable entries without doubts."""
        return [form for form in self.choosable if not form.line.doubts]

    @property
    def stale(self) -> list[ChosenEntryForm]:
        return [form for form in self.chosen if not form.is_valid()]

    def choose_clear(self) -> None:
        for form in self.clear:
            form.is_chosen = True


def _posted(data: Mapping[str, Any]) -> Iterator[tuple[int, int]]:
    """Yield (entry id, version seen) of each chosen entry, also of entries that no longer wait."""
    for name in data:
        if found := re.fullmatch(r"entry-([0-9]{1,18})-chosen", name):
            version = str(data.get(f"entry-{found[1]}-seen_version", ""))
            yield int(found[1]), int(version) if re.fullmatch("[0-9]{1,9}", version) else 0


class ReturnForm(forms.Form):
    """Why the chosen entries are returned: usual reasons and free text."""

    reasons = forms.MultipleChoiceField(
        label=_("usual reasons"), choices=tuple(REASONS.items()), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    more = forms.CharField(
        label=_("further words"), required=False,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": LONGEST_COMMENT}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        said = [str(words) for reason, words in REASONS.items() if reason in cleaned.get("reasons", ())]
        self.comment = "".join([*said, cleaned.get("more", "")])
        if not self.comment:
            raise ValidationError(_("Please say what has to be mended."))
        if len(self.comment) > LONGEST_COMMENT:
            raise ValidationError(
                ngettext(
                    "Please be shorter: at most %(count)s character.",
                    "Please be shorter: at most %(count)s characters.",
                    LONGEST_COMMENT,
                )
                % {"count": LONGEST_COMMENT}
            )
        return cleaned
