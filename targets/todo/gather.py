"""All that waits for one person on one day, plan by plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from targets import explain
from targets.models import Plan, ProgressEntry, ReportingPeriod, Target, TargetRevision
from targets.models.enums import Part
from targets.reporting import OWED, Reporting
from targets.rules.question import Question
from targets.todo.lists import Item, PlanTodo, TodoList, UnitItems
from targets.todo.owed import Due, owing, remarks, unsaid

SHORT = 40  # characters of a remark
# What an item about a report shows of the report and of its target.
REPORT = ("part", "period", "revision_no", "is_void", "submitted_at")
TARGET = ("target__plan", "target__lead_unit", "target__number", "target__code", "target__title")
SOON = 7  # days before a deadline from which the list names the deadline


class Plans(dict[int, Plan]):
    """Plans by key. They are few and wide, so no list reads them again with each of its rows."""

    def __missing__(self, pk: int) -> Plan:
        self[pk] = plan = Plan.objects.get(pk=pk)
        return plan


class Todo:
    """All that waits for `viewer` on the day `today`, in one plan or in every live one.

    `known` are plans that need not be read again.
    """

    def __init__(
        self, viewer: Any, today: date, plan: Plan | None = None, known: Iterable[Plan] = ()
    ) -> None:
        self.viewer, self.today, self.plan = viewer, today, plan
        self._known = Plans({each.pk: each for each in known})

    @cached_property
    def plans(self) -> list[PlanTodo]:
        """The plans in which anything waits, the newest first."""
        found: dict[int, PlanTodo] = {}
        for each in self._lists():
            if each.count:
                found.setdefault(each.plan.pk, PlanTodo(each.plan, [])).lists.append(each)
        return sorted(found.values(), key=lambda todo: (todo.plan.ends_on, -todo.plan.pk), reverse=True)

    @property
    def count(self) -> int:
        """The number of the person's own things to do; `queues` counts the same without reading them."""
        own = [each for todo in self.plans for each in todo.own]
        owed = {item.target for each in own if each.is_owed for item in each.items()}
        return len(owed) + sum(each.count for each in own if not each.is_owed)

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
    def _run(self) -> dict[int, int]:
        """Target id → plan id of the targets that the person defines and reminds the units of."""
        targets = Target.objects.definable_by(self.viewer).filter(plan__state=Plan.State.IN_FORCE)
        return dict(self._in_plan(targets, "plan").order_by().values_list("pk", "plan"))

    @cached_property
    def _due(self) -> list[Due]:
        return owing(self.viewer, self.today, self.plan)

    # --- reports ------------------------------------------------------------------------------

    def _owed(self) -> Iterable[TodoList]:
        due = {row.of.pk: row for row in self._due}
        keys = {each.pk for row in due.values() for each in row.under_way.values() if each}
        under_way = ProgressEntry.objects.in_bulk(list(keys))
        targets = Target.objects.filter(pk__in=due).select_related("lead_unit")
        found: dict[tuple[Any, ...], TodoList] = {}
        for target in targets.order_by("plan", "lead_unit__order", "lead_unit", "number", "pk"):
            row, target.plan = due[target.pk], self._known[target.plan_id]
            period = row.answer.asked.owed or row.answer.asked.closing
            if period is None:
                continue
            items = {
                part: self._report(target, row, period, part, under_way) for part in Part if row.owes(part)
            }
            if row.is_own and Part.REPORT in items:
                self._round(Part.REPORT, target, row, period, found).items.append(items[Part.REPORT])
            if (row.is_statisticians or target.pk in self._run) and Part.STATISTIC in items:
                self._round(Part.STATISTIC, target, row, period, found).items.append(items[Part.STATISTIC])
            if target.pk in self._run:
                unit = self._round("units", target, row, period, found)
                unit.asked += 1
                if Part.REPORT in items:
                    unit.items.append(items[Part.REPORT])
        return sorted(found.values(), key=lambda each: not each.is_own)

    def _unexplained(self) -> Iterable[TodoList]:
        """Targets turned amber or red by the official figure: their unit must comment on it."""
        rows = unsaid(self._due, self.today).select_related("lead_unit", "row")
        listed = list(rows.order_by("plan", "lead_unit__order", "lead_unit", "number", "pk"))
        reports = {(entry.target_id, entry.period_end): entry for entry in self._reports_on(listed)}
        found: dict[int, TodoList] = {}
        for row in listed:
            entry = reports[row.pk, row.row.period_end]
            month = explain.month_of(entry.period_end, self.today)
            numbers = {"month": month, "light": row.status, "missing": entry.unsaid}
            note = explain.question(Question("unexplained", numbers))
            waiting = self._list("unexplained", row.plan_id, _("official figures to be commented on"), found)
            waiting.of(row.lead_unit).items.append(Item(row, row.title, note, self._words_on(entry)))
        return found.values()

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

    def _round(self, key: str, target: Target, row: Due, period: ReportingPeriod, found: dict) -> UnitItems:
        """Return the unit in the list of this kind for the period."""
        if (key, period.pk) not in found:
            month = explain.month_of(period.period_end, self.today)
            if key == "statistic" and period.figures_due_on:
                words, day = _("%(month)s statistics (by %(day)s)"), period.figures_due_on
            else:
                words, day = _("%(month)s report (words by %(day)s)"), period.words_due_on
            is_own = key == "report" or (key == "statistic" and row.is_statisticians)
            title = words % {"month": month, "day": explain.short_day(day)}
            found[key, period.pk] = TodoList(key, target.plan, title, is_own, period)
        unit: UnitItems = found[key, period.pk].of(target.lead_unit)
        return unit

    def _report(
        self,
        target: Target,
        row: Due,
        period: ReportingPeriod,
        part: str,
        under_way: Mapping[int, ProgressEntry],
    ) -> Item:
        version = row.under_way[part]
        entry = under_way.get(version.pk) if version else None
        state = row.answer.report_part if part == Part.REPORT else row.answer.statistic_part
        address = self._form(target, period, part, entry)
        if state not in OWED:  # filed, but without the outcome
            address = reverse("target-detail", args=(target.code,))
        if state == Reporting.RETURNED and entry:
            words = _("returned: %(why)s") % {"why": entry.review_comment}
            return Item(target, target.title, words, address)
        if row.answer.outcome_missing and (part == Part.STATISTIC) == target.owes_figure(Part.STATISTIC):
            state = Reporting.OUTCOME_MISSING
        note = str(state.label)
        if entry and entry.state == ProgressEntry.State.DRAFT:
            note = _("%(state)s, draft saved") % {"state": note}
        return Item(target, target.title, note, address, is_plain=state != Reporting.OUTCOME_MISSING)

    def _form(self, row: Any, period: ReportingPeriod, part: str, entry: ProgressEntry | None) -> str:
        if not self.viewer.is_staff:
            return reverse("target-detail", args=(row.code,))
        if entry:
            return reverse("admin:targets_progressentry_change", args=(entry.pk,))
        asked = {"target": row.pk, "part": str(part), "period": period.pk}
        return f"{reverse('admin:targets_progressentry_add')}?{urlencode(asked)}"

    def _handed_in(self) -> Iterable[TodoList]:
        """Entries that the person submitted and can still withdraw."""
        entries = ProgressEntry.objects.filter(submitted_by=self.viewer.pk).handed_in_by(self.viewer)
        waiting = self._in_plan(entries.untouched(), "target__plan").only(*REPORT, *TARGET)
        found: dict[int, TodoList] = {}
        for entry in waiting.select_related("target__lead_unit", "period").order_by("submitted_at", "pk"):
            entry.period.plan = self._known[entry.target.plan_id]
            if entry.period.is_frozen(self.today):
                continue
            lists = self._list(
                "handed_in", entry.target.plan_id, _("handed in, not reviewed yet"), found, is_own=False
            )
            address = reverse("admin:targets_progressentry_withdraw", args=(entry.pk,))
            month = explain.month_of(entry.period.period_end, self.today)
            note = _(" · ").join([month, self._since(entry.submitted_at)])
            item = Item(
                entry.target, entry.target.title, note, self._admin("progressentry", entry), withdraw=address
            )
            lists.of(entry.target.lead_unit).items.append(item)
        return found.values()

    # --- decisions ----------------------------------------------------------------------------

    def _to_review(self) -> Iterable[TodoList]:
        entries = self._in_plan(ProgressEntry.objects.waiting_for(self.viewer), "target__plan")
        rows = (
            entries.only(*REPORT, *TARGET)
            .select_related("target__lead_unit", "period")
            .order_by("target__lead_unit__order", "target__lead_unit", "submitted_at", "pk")
        )
        found: dict[int, TodoList] = {}
        for entry in rows:
            target = entry.target
            waiting = self._list("review", target.plan_id, _("waiting for review"), found)
            note = [explain.month_of(entry.period.period_end, self.today)]
            if entry.part == Part.STATISTIC:
                note.append(str(Part.STATISTIC.label))
            if entry.revision_no > 1:
                note.append(_("void") if entry.is_void else str(explain.MARKS["corrected"]))
            note.append(self._since(entry.submitted_at))
            waiting.of(target.lead_unit).items.append(
                Item(
                    target,
                    target.title,
                    _(" · ").join(map(str, note)),
                    self._admin("progressentry", entry),
                )
            )
        return found.values()

    def _changes(self) -> Iterable[TodoList]:
        requests = self._in_plan(TargetRevision.objects.waiting_for(self.viewer), "target__plan")
        rows = (
            requests.with_others()
            .select_related("target__lead_unit")
            .order_by("target__lead_unit__order", "target__lead_unit", "asked_at", "pk")
        )
        found: dict[int, TodoList] = {}
        for change in rows:
            target = change.target
            waiting = self._list("changes", target.plan_id, _("changes waiting for approval"), found)
            title = target.title
            if change.others:
                title = _("%(title)s and others, %(count)s in all") % {
                    "title": title, "count": change.others + 1,
                }  # fmt: skip
            note = _(" · ").join([change.get_kind_display(), self._since(change.asked_at)])
            waiting.of(target.lead_unit).items.append(
                Item(target, title, note, self._admin("targetrevision", change))
            )
        return found.values()

    def _remarks(self) -> Iterable[TodoList]:
        rows = self._in_plan(remarks(self.viewer), "target__plan").select_related(
            "target__lead_unit", "written_by__member"
        )
        found: dict[int, TodoList] = {}
        for remark in rows.order_by("target__lead_unit__order", "target__lead_unit", "written_at", "pk"):
            target = remark.target
            waiting = self._list("remarks", target.plan_id, _("leaders' remarks to be answered"), found)
            note = _(" · ").join([remark.text[:SHORT].rstrip("。"), self._since(remark.written_at)])
            address = f"{reverse('target-detail', args=(target.code,))}#notes"
            waiting.of(target.lead_unit).items.append(Item(target, target.title, note, address))
        return found.values()

    def _since(self, moment: Any) -> str:
        days = (self.today - timezone.localdate(moment)).days
        return _("waiting for %(days)s days") % {"days": days} if days > 0 else _("since today")

    # --- promises and days --------------------------------------------------------------------

    def _unclear(self) -> Iterable[TodoList]:
        unclear = Target.objects.filter(pk__in=self._run, state=Target.State.UNDEFINED)
        found: dict[int, TodoList] = {}
        unclear = unclear.select_related("lead_unit").prefetch_related("milestones")
        for target in unclear.order_by("lead_unit__order", "lead_unit", "number", "pk"):
            target.plan = self._known[target.plan_id]
            gaps = explain.listed(explain.questions(target.gaps))
            note = _("missing: %(gaps)s") % {"gaps": gaps} if gaps else _("to be settled")
            lists = self._list("unclear", target.plan_id, _("targets to be defined"), found, is_own=False)
            lists.of(target.lead_unit).items.append(
                Item(target, target.title, note, self._admin("target", target))
            )
        return found.values()

    def _closing(self) -> Iterable[TodoList]:
        periods = ReportingPeriod.objects.filter(
            plan__in=set(self._run.values()), opens_on__lte=self.today, freeze_on__gte=self.today
        )
        found: dict[int, TodoList] = {}
        for period in periods.order_by("plan", "number"):
            period.plan = self._known[period.plan_id]
            for item in self._days_of(period):
                lists = self._list("closing", period.plan_id, _("days that come near"), found, is_own=False)
                lists.of(None).items.append(item)
        return found.values()

    def _days_of(self, period: ReportingPeriod) -> Iterator[Item]:
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

    def _list(
        self, key: str, plan: int, words: str, found: dict[int, TodoList], *, is_own: bool = True
    ) -> TodoList:
        if plan not in found:
            title = _("%(year)s %(what)s") % {"year": self._known[plan].year, "what": words}
            found[plan] = TodoList(key, self._known[plan], title, is_own)
        return found[plan]

    def _admin(self, model: str, row: Any) -> str:
        if not self.viewer.is_staff:
            target = row if isinstance(row, Target) else row.target
            return reverse("target-detail", args=(target.code,))
        return reverse(f"admin:targets_{model}_change", args=(row.pk,))
