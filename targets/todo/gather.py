"""All that waits for one person on one day, plan by plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from targets import explain
from targets.models import OrgUnit, Plan, ProgressEntry, ReportingPeriod, Target, TargetRevision
from targets.models.entry.filed import Version
from targets.models.enums import Part
from targets.models.people.place import Place
from targets.reporting import OWED, Reporting
from targets.rules.question import Question
from targets.todo.lists import FIRST, Item, PlanTodo, Row, TodoList, UnitItems
from targets.todo.owed import Due, owing, remarks, unsaid

UNITS = "units"  # the list by which the units are reminded
SHORT = 40  # characters of a remark
# What an item about a report shows of the report and of its target.
REPORT = ("part", "period", "revision_no", "is_void", "submitted_at")
TARGET = ("target__plan", "target__lead_unit", "target__number", "target__code", "target__title")
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
        yield from self._unexplained()
        yield from self._to_review()
        yield from self._changes()
        yield from self._remarks()
        yield from self._handed_in()
        yield from self._unclear()
        yield from self._closing()

    def _in_plan(self, rows: Any, path: str) -> Any:
        return rows.filter(**{path: self.plan}) if self.plan else rows

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
    def due_everywhere(self) -> list[Due] | None:
        """Everything of all plans on which the person may log, unless one plan was asked for."""
        return None if self.plan else self._due

    @cached_property
    def _due(self) -> list[Due]:
        return owing(self.viewer, self.today, self._plans.values(), self.plan)

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

    def _unexplained(self) -> Iterable[TodoList]:
        """Targets turned amber or red by the official figure: their unit must comment on it."""
        rows = unsaid(self._due, self.today)
        yield from self._counted(
            "unexplained", _("official figures to be commented on"), rows, "", self._unsaid
        )

    def _unsaid(self, rows: Any) -> Iterator[tuple[Any, Item]]:
        listed = list(rows.select_related("plan", "lead_unit", "row"))
        reports = {(entry.target_id, entry.period_end): entry for entry in self._reports_on(listed)}
        for row in listed:
            entry = reports[row.pk, row.row.period_end]
            month = explain.month_of(entry.period_end, self.today)
            numbers = {"month": month, "light": row.status, "missing": entry.unsaid}
            note = explain.question(Question("unexplained", numbers))
            yield row, Item(row, row.title, note, self._words_on(entry))

    def _counted(
        self, key: str, words: str, rows: Any, target: str, items: Any, *by: str, is_own: bool = True
    ) -> Iterator[TodoList]:
        """Yield the list of each plan: counted by unit, and `items` of the rows shown.

        `target` is the path from a row to its target; rows stand by unit, then in the order `by`.
        """
        plan, unit = f"{target}plan", f"{target}lead_unit"
        counted = rows.order_by().values_list(plan, unit).annotate(Count("pk", distinct=True))
        counts: dict[int, dict[int, int]] = defaultdict(dict)
        for of_plan, of_unit, count in counted:
            counts[of_plan][of_unit] = count
        in_order = rows.order_by(f"{unit}__order", unit, *(by or (f"{target}number",)), "pk")
        for each, of_units in counts.items():
            title = _("%(year)s %(what)s") % {"year": self._plans[each].year, "what": words}
            listed = TodoList(key, self._plans[each], title, is_own, window=self.window)
            listed.count = sum(of_units.values())
            for one in sorted(of_units, key=lambda pk: (self._units[pk].order, pk)):
                listed.of(self._units[one]).count = of_units[one]
            for row, item in items(in_order.filter(**{plan: each})[self.window.start : self.window.stop]):
                listed.of(self._units[row.lead_unit_id]).items.append(item)
            yield listed

    @staticmethod
    def _reports_on(targets: list[Any]) -> Iterable[ProgressEntry]:
        """Return all versions of the units' reports, the newest last."""
        versions = ProgressEntry.objects.filter(target__in=targets, part=Part.REPORT)
        return versions.select_related("period", "target").order_by("revision_no")

    def _words_on(self, entry: ProgressEntry) -> str:
        """Return the URL where the unit comments: the open report, else the page that corrects the report."""
        if not self.viewer.is_staff or entry.state != ProgressEntry.State.APPROVED:
            return self._admin("progressentry", entry)
        return reverse("admin:targets_progressentry_correct", args=(entry.pk,))

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

    def _handed_in(self) -> Iterable[TodoList]:
        """Entries that the person submitted and can still withdraw."""
        entries = ProgressEntry.objects.filter(submitted_by=self.viewer.pk).handed_in_by(self.viewer)
        waiting = self._in_plan(entries.untouched(), "target__plan").exclude(is_frozen(self.today))
        title = _("handed in, not reviewed yet")
        by = ("submitted_at",)
        return self._counted("handed_in", title, waiting, "target__", self._mine, *by, is_own=False)

    def _mine(self, rows: Any) -> Iterator[tuple[Any, Item]]:
        for entry in rows.only(*REPORT, *TARGET).select_related("target", "period"):
            address = reverse("admin:targets_progressentry_withdraw", args=(entry.pk,))
            month = explain.month_of(entry.period.period_end, self.today)
            note = _(" · ").join([month, self._since(entry.submitted_at)])
            page = self._admin("progressentry", entry)
            yield entry.target, Item(entry.target, entry.target.title, note, page, withdraw=address)

    # --- decisions ----------------------------------------------------------------------------

    def _to_review(self) -> Iterable[TodoList]:
        entries = self._in_plan(ProgressEntry.objects.waiting_for(self.viewer), "target__plan")
        by = ("submitted_at",)
        return self._counted("review", _("waiting for review"), entries, "target__", self._submitted, *by)

    def _submitted(self, rows: Any) -> Iterator[tuple[Any, Item]]:
        for entry in rows.only(*REPORT, *TARGET).select_related("target", "period"):
            note = [explain.month_of(entry.period.period_end, self.today)]
            if entry.part == Part.STATISTIC:
                note.append(str(Part.STATISTIC.label))
            if entry.revision_no > 1:
                note.append(_("void") if entry.is_void else str(explain.MARKS["corrected"]))
            note.append(self._since(entry.submitted_at))
            words, page = _(" · ").join(map(str, note)), self._admin("progressentry", entry)
            yield entry.target, Item(entry.target, entry.target.title, words, page)

    def _changes(self) -> Iterable[TodoList]:
        requests = self._in_plan(TargetRevision.objects.waiting_for(self.viewer), "target__plan")
        title = _("changes waiting for approval")
        return self._counted("changes", title, requests, "target__", self._asked, "asked_at")

    def _asked(self, rows: Any) -> Iterator[tuple[Any, Item]]:
        for change in rows.with_others().select_related("target__plan", "target__lead_unit"):
            title = change.target.title
            if change.others:
                title = _("%(title)s and others, %(count)s in all") % {
                    "title": title, "count": change.others + 1,
                }  # fmt: skip
            note = _(" · ").join([change.get_kind_display(), self._since(change.asked_at)])
            yield change.target, Item(change.target, title, note, self._admin("targetrevision", change))

    def _remarks(self) -> Iterable[TodoList]:
        rows = self._in_plan(remarks(self.viewer), "target__plan")
        title = _("leaders' remarks to be answered")
        return self._counted("remarks", title, rows, "target__", self._unanswered, "written_at")

    def _unanswered(self, rows: Any) -> Iterator[tuple[Any, Item]]:
        for remark in rows.select_related("target__plan", "target__lead_unit", "written_by__member"):
            target = remark.target
            note = _(" · ").join([remark.text[:SHORT].rstrip("。"), self._since(remark.written_at)])
            yield (
                target,
                Item(target, target.title, note, f"{reverse('target-detail', args=(target.code,))}#notes"),
            )

    def _since(self, moment: Any) -> str:
        days = (self.today - timezone.localdate(moment)).days
        return _("waiting for %(days)s days") % {"days": days} if days > 0 else _("since today")

    # --- promises and days --------------------------------------------------------------------

    def _unclear(self) -> Iterable[TodoList]:
        unclear = Target.objects.filter(plan__in=self._run, state=Target.State.UNDEFINED)
        title = _("targets to be defined")
        return self._counted("unclear", title, unclear, "", self._undefined, is_own=False)

    def _undefined(self, rows: Any) -> Iterator[tuple[Any, Item]]:
        for target in rows.select_related("plan", "lead_unit").prefetch_related("milestones"):
            gaps = explain.listed(explain.questions(target.gaps))
            note = _("missing: %(gaps)s") % {"gaps": gaps} if gaps else _("to be settled")
            yield target, Item(target, target.title, note, self._admin("target", target))

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

    def _admin(self, model: str, row: Any) -> str:
        if not self.viewer.is_staff:
            target = row if isinstance(row, Target) else row.target
            return reverse("target-detail", args=(target.code,))
        return reverse(f"admin:targets_{model}_change", args=(row.pk,))


def _period_of(row: Due) -> Any:
    """The period in which the report is owed, or that closes the target."""
    return row.answer.asked.owed or row.answer.asked.closing


def is_frozen(today: date) -> Q:
    """Entries of periods that take nothing more; as `ReportingPeriod.is_frozen`."""
    is_over = Q(period__plan__locks_periods=True, period__freeze_on__lt=today)
    return is_over & (Q(period__reopened_until=None) | Q(period__reopened_until__lt=today))
