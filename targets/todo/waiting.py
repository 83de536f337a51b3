"""What waits for a person besides the reports to be filed: by kind, the rows and how each is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import CharField, Count, F, Q, QuerySet, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from targets import explain
from targets.models import ProgressEntry, Target, TargetRevision
from targets.models.enums import Part
from targets.rules.question import Question
from targets.todo.lists import Item
from targets.todo.owed import Due, remarks, unsaid

SHORT = 40  # characters of a remark
# What an item about a report shows of the report and of its target.
REPORT = ("part", "period", "revision_no", "is_void", "submitted_at")
TARGET = ("target__plan", "target__lead_unit", "target__number", "target__code", "target__title")


class Waiting(NamedTuple):
    """What waits of one kind: `rows`, the way from one to its target, and what reads those shown."""

    title: str
    rows: QuerySet
    target: str
    items: Callable[[Any], Iterator[tuple[Any, Item]]]
    by: str = ""  # the order within a unit, by default that of the plan
    is_own: bool = True


@dataclass(frozen=True)
class Kinds:
    """The kinds of what waits for `viewer` on the day `today`, and how each is shown."""

    viewer: Any
    today: date

    def named(self, due: Iterable[Due], run: Iterable[int]) -> dict[str, Waiting]:
        """By name what waits; `due` as by `owing`, `run` the plans that the viewer runs."""
        entries, changes = ProgressEntry.objects, TargetRevision.objects
        live = Target.objects.filter(plan__in=run)
        mine = entries.filter(submitted_by=self.viewer.pk).handed_in_by(self.viewer).untouched()
        return {
            "unexplained": Waiting(
                _("official figures to be commented on"), unsaid(due, self.today), "", self._unsaid,
            ),
            "review": Waiting(
                _("waiting for review"), entries.waiting_for(self.viewer), "target__", self._submitted,
                "submitted_at",
            ),
            "changes": Waiting(
                _("changes waiting for approval"), changes.waiting_for(self.viewer), "target__",
                self._asked, "asked_at",
            ),
            "remarks": Waiting(
                _("leaders' remarks to be answered"), remarks(self.viewer), "target__", self._unanswered,
                "written_at",
            ),
            "handed_in": Waiting(
                _("handed in, not reviewed yet"), mine.exclude(is_frozen(self.today)), "target__", self._mine,
                "submitted_at", is_own=False,
            ),
            "unclear": Waiting(
                _("targets to be defined"), live.filter(state=Target.State.UNDEFINED), "", self._undefined,
                is_own=False,
            ),
        }  # fmt: skip

    def _unsaid(self, rows: Any) -> Iterator[tuple[Any, Item]]:
        """Targets turned amber or red by the official figure: their unit must comment on it."""
        listed = list(rows.select_related("plan", "lead_unit", "row"))
        reports = {(entry.target_id, entry.period_end): entry for entry in self._reports_on(listed)}
        for row in listed:
            entry = reports[row.pk, row.row.period_end]
            month = explain.month_of(entry.period_end, self.today)
            numbers = {"month": month, "light": row.status, "missing": entry.unsaid}
            note = explain.question(Question("unexplained", numbers))
            yield row, Item(row, row.title, note, self._words_on(entry))

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

    def _mine(self, rows: Any) -> Iterator[tuple[Any, Item]]:
        """Entries that the person submitted and can still withdraw."""
        for entry in rows.only(*REPORT, *TARGET).select_related("target", "period"):
            address = reverse("admin:targets_progressentry_withdraw", args=(entry.pk,))
            month = explain.month_of(entry.period.period_end, self.today)
            note = _(" · ").join([month, self._since(entry.submitted_at)])
            page = self._admin("progressentry", entry)
            yield entry.target, Item(entry.target, entry.target.title, note, page, withdraw=address)

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

    def _asked(self, rows: Any) -> Iterator[tuple[Any, Item]]:
        for change in rows.with_others().select_related("target__plan", "target__lead_unit"):
            title = change.target.title
            if change.others:
                title = _("%(title)s and others, %(count)s in all") % {
                    "title": title, "count": change.others + 1,
                }  # fmt: skip
            note = _(" · ").join([change.get_kind_display(), self._since(change.asked_at)])
            yield change.target, Item(change.target, title, note, self._admin("targetrevision", change))

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

    def _undefined(self, rows: Any) -> Iterator[tuple[Any, Item]]:
        for target in rows.select_related("plan", "lead_unit").prefetch_related("milestones"):
            gaps = explain.listed(explain.questions(target.gaps))
            note = _("missing: %(gaps)s") % {"gaps": gaps} if gaps else _("to be settled")
            yield target, Item(target, target.title, note, self._admin("target", target))

    def _admin(self, model: str, row: Any) -> str:
        if not self.viewer.is_staff:
            target = row if isinstance(row, Target) else row.target
            return reverse("target-detail", args=(target.code,))
        return reverse(f"admin:targets_{model}_change", args=(row.pk,))


def counts(waiting: Mapping[str, Waiting]) -> dict[tuple[str, int, int], int]:
    """Kind, plan and unit → how many of these wait there, in one query."""
    counted = []
    for key, each in waiting.items():
        of = {"of": F(f"{each.target}plan"), "led_by": F(f"{each.target}lead_unit")}
        grouped = each.rows.order_by().values(in_list=Value(key, CharField()), **of)
        counted.append(grouped.annotate(total=Count("pk", distinct=True)))
    found = counted[0].union(*counted[1:], all=True)
    return {(row["in_list"], row["of"], row["led_by"]): row["total"] for row in found}


def is_frozen(today: date) -> Q:
    """Entries of periods that take nothing more; as `ReportingPeriod.is_frozen`."""
    is_over = Q(period__plan__locks_periods=True, period__freeze_on__lt=today)
    return is_over & (Q(period__reopened_until=None) | Q(period__reopened_until__lt=today))
