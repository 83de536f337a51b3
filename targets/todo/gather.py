"""All that waits for one person on one day, plan by plan."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from targets import explain
from targets.models import OrgUnit, Plan, ProgressEntry, ReportingPeriod, Target
from targets.models.entry.filed import Version
from targets.models.enums import Part
from targets.models.people.place import Place
from targets.reporting import OWED, Reporting
from targets.todo.lists import FIRST, Item, PlanTodo, Row, TodoList, UnitItems
from targets.todo.owed import Due, owing, own_and_of
from targets.todo.waiting import Kinds, Waiting, counts

UNITS = "units"  # the list by which the units are reminded
# Of the lists those that the frame counts, by its name for each.
QUEUES = {"unexplained": "unexplained", "reviews": "review", "changes": "changes", "remarks": "remarks"}
SOON = 7  # days before a deadline from which the list names the deadline

Rounds = dict[tuple[str, int], TodoList]  # by kind and period


class Todo:
    """All that waits for `viewer` on the day `today`, in one plan or in every live one."""

    def __init__(
        self,
        viewer: Any,
        today: date,
        plan: Plan | None = None,
        *,
        known: Collection[Plan] | None = None,
        only: str = "",
        window: range = FIRST,
    ) -> None:
        """`only` names one kind of list; of each list the things in `window` are read, all are counted.

        `known` are the plans shown to the viewer, if they were read already.
        """
        self.viewer, self.today, self.plan = viewer, today, plan
        self.known, self.only, self.window = known, only, window

    @cached_property
    def plans(self) -> list[PlanTodo]:
        """The plans in which anything waits, the newest first."""
        found: dict[int, PlanTodo] = {}
        for each in self._lists():
            if each.count and self.only in ("", each.key):
                found.setdefault(each.plan.pk, PlanTodo(each.plan, [])).lists.append(each)
        return sorted(found.values(), key=lambda todo: (todo.plan.ends_on, -todo.plan.pk), reverse=True)

    @property
    def count(self) -> int:
        """The number of the person's own things to do; `queues` counts the same without reading them."""
        own = [each for todo in self.plans for each in todo.own]
        return len(self._owed_by_me) + sum(each.count for each in own if not each.is_owed)

    def _lists(self) -> Iterator[TodoList]:
        yield from self._owed()
        for key in self._waiting:
            yield from self._of_kind(key)
        yield from self._closing()

    @cached_property
    def _plans(self) -> dict[int, Plan]:
        shown = Plan.objects.shown_to(self.viewer) if self.known is None else self.known
        return {plan.pk: plan for plan in shown}

    @cached_property
    def _units(self) -> dict[int, OrgUnit]:
        return OrgUnit.objects.in_bulk()

    @cached_property
    def _run(self) -> set[int]:
        """The plans whose targets the person defines and reminds the units of."""
        place, asked = Place.of(self.viewer), [self.plan] if self.plan else self._plans.values()
        return {plan.pk for plan in asked if plan.state == Plan.State.IN_FORCE and place.runs(plan.pk)}

    @property
    def counted(self) -> dict[str, Any]:
        """What was read and counted here of all plans, as `queues` takes it."""
        found = Counter[str]()
        for (key, _plan, _unit), count in self._counts.items():
            found[key] += count
        waiting = {name: found[key] for name, key in QUEUES.items()}
        return {"due": self._due_anywhere, "waiting": waiting}

    @cached_property
    def _due_anywhere(self) -> list[Due]:
        """Of other plans than the one asked for, if one was, only what is the person's own."""
        known = self._plans.values()
        if self.plan is None:
            return owing(self.viewer, self.today, known)
        return own_and_of(self.plan, self.viewer, self.today, known)

    @cached_property
    def _due(self) -> list[Due]:
        return [each for each in self._due_anywhere if self._is_asked_for(each.of.plan)]

    def _is_asked_for(self, plan: int) -> bool:
        return self.plan is None or plan == self.plan.pk

    # --- all kinds but the reports ------------------------------------------------------------

    @cached_property
    def _waiting(self) -> dict[str, Waiting]:
        return Kinds(self.viewer, self.today).named(self._due_anywhere, self._run)

    @cached_property
    def _counts(self) -> dict[tuple[str, int, int], int]:
        """In two statements, the frame's kinds in one: all in one were larger than a database likes."""
        framed = {key: self._waiting[key] for key in QUEUES.values()}
        return counts(framed) | counts({key: self._waiting[key] for key in self._waiting.keys() - framed})

    def _of_kind(self, key: str) -> Iterator[TodoList]:
        """The list of each plan: counted by unit, and read as far as it is shown."""
        each, counts = self._waiting[key], defaultdict[int, dict[int, int]](dict)
        for (of_kind, plan, unit), count in self._counts.items():
            if of_kind == key and self._is_asked_for(plan) and self.only in ("", key):
                counts[plan][unit] = count
        led_by = f"{each.target}lead_unit"
        in_order = each.rows.order_by(f"{led_by}__order", led_by, each.by or f"{each.target}number", "pk")
        for plan, of_units in counts.items():
            title = _("%(year)s %(what)s") % {"year": self._plans[plan].year, "what": each.title}
            listed = TodoList(key, self._plans[plan], title, each.is_own, window=self.window)
            listed.count = sum(of_units.values())
            for one in sorted(of_units, key=lambda pk: (self._units[pk].order, pk)):
                listed.of(self._units[one]).count = of_units[one]
            of_plan = in_order.filter(**{f"{each.target}plan": plan})
            for row, item in each.items(of_plan[self.window.start : self.window.stop]):
                listed.of(self._units[row.lead_unit_id]).items.append(item)
            yield listed

    # --- reports ------------------------------------------------------------------------------

    @property
    def _owed_by_me(self) -> list[Due]:
        """A target that lacks both report and statistic counts once."""
        mine = [each for each in self._due if each.lacks_my_report or each.lacks_my_statistic]
        return [each for each in mine if _period_of(each)]

    def _owed(self) -> Iterable[TodoList]:
        """Everything is counted, but only of what is shown are the targets' titles read."""
        found: Rounds = {}
        shown: list[tuple[UnitItems, Due, Part]] = []
        for row in sorted(filter(_period_of, self._due), key=self._by_unit):
            if row.of.plan in self._run:
                self._round(UNITS, row, found)[1].asked += 1
            for key, part in self._lists_of(row):
                listed, unit = self._round(key, row, found)
                if listed.counts(unit):
                    shown.append((unit, row, part))
        keys = {row.of.pk for _unit, row, _part in shown}
        columns = Target.objects.filter(pk__in=keys).values_list(*Row._fields)
        targets = {target.pk: target for target in (Row(*each) for each in columns)}
        for unit, row, part in shown:
            unit.items.append(self._report(targets[row.of.pk], row, _period_of(row), part))
        return sorted(found.values(), key=lambda each: not each.is_own)

    def _lists_of(self, row: Due) -> Iterator[tuple[str, Part]]:
        """Each list in which the target stands, with the part that is missing."""
        is_run, lacks_report = row.of.plan in self._run, row.owes(Part.REPORT)
        if row.is_own and lacks_report:
            yield Part.REPORT, Part.REPORT
        if (row.is_statisticians or is_run) and row.owes(Part.STATISTIC):
            yield Part.STATISTIC, Part.STATISTIC
        if is_run and lacks_report:
            yield UNITS, Part.REPORT

    def _by_unit(self, row: Due) -> tuple[int, ...]:
        return self._units[row.of.lead_unit].order, row.of.lead_unit, row.of.number, row.of.pk

    def _round(self, key: str, row: Due, found: Rounds) -> tuple[TodoList, UnitItems]:
        """Return the list of this kind for the period in which it is owed, and the unit in it."""
        period = _period_of(row)
        if (key, period.pk) not in found:
            month = explain.month_of(period.period_end, self.today)
            if key == Part.STATISTIC and period.figures_due_on:
                words, day = _("%(month)s statistics (by %(day)s)"), period.figures_due_on
            else:
                words, day = _("%(month)s report (words by %(day)s)"), period.words_due_on
            is_own = key == Part.REPORT or (key == Part.STATISTIC and row.is_statisticians)
            title = words % {"month": month, "day": explain.short_day(day)}
            plan = self._plans[row.of.plan]
            found[key, period.pk] = TodoList(key, plan, title, is_own, period, window=self.window)
        listed = found[key, period.pk]
        return listed, listed.of(self._units[row.of.lead_unit])

    def _report(self, target: Row, row: Due, period: ReportingPeriod, part: str) -> Item:
        version = row.under_way.get(part)
        state = row.answer.report_part if part == Part.REPORT else row.answer.statistic_part
        address = self._form(target, period, part, version)
        if state not in OWED:  # filed, but without the outcome
            address = reverse("target-detail", args=(target.code,))
        if state == Reporting.RETURNED and version:
            words = _("returned: %(why)s") % {"why": self._returned_why[version.pk]}
            return Item(target, target.title, words, address)
        if row.answer.outcome_missing and (part == Part.STATISTIC) == row.of.is_by_statistics:
            state = Reporting.OUTCOME_MISSING
        note = str(state.label)
        if version and version.state == ProgressEntry.State.DRAFT:
            note = _("%(state)s, draft saved") % {"state": note}
        return Item(target, target.title, note, address, is_plain=state != Reporting.OUTCOME_MISSING)

    @cached_property
    def _returned_why(self) -> dict[int, str]:
        """Why each returned report under way was returned."""
        under_way = (version for row in self._due for version in row.under_way.values())
        returned = [each.pk for each in under_way if each.state == ProgressEntry.State.RETURNED]
        return dict(ProgressEntry.objects.filter(pk__in=returned).values_list("pk", "review_comment"))

    def _form(self, row: Any, period: ReportingPeriod, part: str, entry: Version | None) -> str:
        if not self.viewer.is_staff:
            return reverse("target-detail", args=(row.code,))
        if entry:
            return reverse("admin:targets_progressentry_change", args=(entry.pk,))
        asked = {"target": row.pk, "part": str(part), "period": period.pk}
        return f"{reverse('admin:targets_progressentry_add')}?{urlencode(asked)}"

    # --- promises and days --------------------------------------------------------------------

    def _closing(self) -> Iterable[TodoList]:
        for plan in (self._plans[pk] for pk in self._run):
            days = [item for period in plan.periods.all() for item in self._days_of(period)]
            if days:
                title = _("%(year)s %(what)s") % {"year": plan.year, "what": _("days that come near")}
                listed = TodoList("closing", plan, title, False)
                for item in days:
                    unit = listed.of(None)
                    if listed.counts(unit):
                        unit.items.append(item)
                yield listed

    def _days_of(self, period: ReportingPeriod) -> Iterator[Item]:
        if not period.opens_on <= self.today <= period.freeze_on:
            return
        named = {
            _("words due"): period.words_due_on,
            _("figures due"): period.figures_due_on,
            _("review due"): period.review_due_on,
            _("period freezes"): period.freeze_on if period.plan.locks_periods else None,
        }
        month = explain.month_of(period.period_end, self.today)
        asked = urlencode({"plan": period.plan.code, "period": period.number})
        for what, day in named.items():
            if day is not None and 0 <= (left := (day - self.today).days) <= SOON:
                note = _("%(day)s, %(days)s days left") if left else _("%(day)s, today")
                yield Item(
                    None,
                    _("%(month)s: %(what)s") % {"month": month, "what": what},
                    note % {"day": explain.short_day(day), "days": left},
                    f"{reverse('target-list')}?{asked}",
                )


def _period_of(row: Due) -> Any:
    """The period in which the report is owed, or that closes the target."""
    return row.answer.asked.owed or row.answer.asked.closing
