"""The reports in a target's description, as papers with the times of entry, submission and review."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from targets.models import ProgressEntry, ReportingPeriod, Target
from targets.seed.plans import Data

WORDS_AFTER, FIGURES_AFTER = 3, 18  # days after the period's end on which the town usually files
SPANS = {3: "一季度", 6: "上半年", 9: "前三季度", 12: "全年"}
TEXTS = ("narrative", "issues", "next_steps")
State = ProgressEntry.State
Part = ProgressEntry.Part


@dataclass(slots=True)
class Paper:
    """One report or statistic; with a `reason`, the next version of the paper before.

    `fields` are the columns of the entry; a next version has only the changed columns.
    """

    period: ReportingPeriod
    part: str
    fields: dict[str, Any]
    entered_at: datetime
    submitted_at: datetime
    reviewed_at: datetime
    state: str = State.APPROVED
    comment: str = ""
    done: list[tuple[int, date]] = field(default_factory=list)  # (order of the node, day)
    reason: str = ""


def papers(
    target: Target, reports: Data, periods: dict[int, ReportingPeriod], yesterday: date
) -> list[Paper]:
    """Return the papers filed by the evening of `yesterday`, in the order of review."""
    desk = _Desk(target, reports, periods, yesterday)
    return sorted(desk.all(), key=lambda paper: paper.reviewed_at)


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), timezone.get_default_timezone())


@dataclass(slots=True)
class _Desk:
    target: Target
    reports: Data
    periods: dict[int, ReportingPeriod]  # closed periods only
    yesterday: date

    def all(self) -> Iterator[Paper]:
        last = max(self.periods, default=0)
        months = self.reports.get("months") or range(1, len(self.reports.get("values", ())) + 1)
        for month in months:
            if month in self.periods and month <= last - self.reports.get("lag", 0):
                yield self._report(month, is_last=month == last)
                if month <= last - self.reports.get("statistics_lag", 0):
                    yield from self._statistic(month)
        for planned in self.reports.get("corrections", ()):
            if planned["month"] in self.periods and planned["on"] <= self.yesterday:
                yield self._correction(planned)

    def _report(self, month: int, *, is_last: bool) -> Paper:
        value = self._of("values", month)
        answer = self.reports.get("answers", {}).get(str(month))
        fields: dict[str, Any] = self.texts(month, value)
        if answer:
            fields["answer"] = answer
        elif value:
            fields |= self._figure(month, value)
        stays = self.reports.get("last_stays") if is_last else None
        paper = self._paper(month, Part.REPORT, WORDS_AFTER, fields)
        paper.state = stays or State.APPROVED
        paper.comment = self.reports.get("review_comment", "") if stays == State.RETURNED else ""
        done = self.reports.get("done", ())
        paper.done = [(node["order"], node["on"]) for node in done if node["on"].month == month]
        return paper

    def _statistic(self, month: int) -> Iterator[Paper]:
        value, final = self._of("statistics", month), self._of("finals", month)
        after = self.reports.get("published_after", FIGURES_AFTER)
        published_on = self.periods[month].period_end + timedelta(after)
        if not value or published_on > self.yesterday:
            return
        fields = self._figure(month, value) | {
            "preliminary": self.reports.get("preliminary", False),
            "source_ref": self.reports["source_ref"],
            "published_on": published_on,
        }
        yield self._paper(month, Part.STATISTIC, after, fields)
        settled_on = (published_on + timedelta(20)).replace(day=min(after, 28))
        if final and settled_on <= self.yesterday:
            reason = "统计部门核定，与初步数一致。"
            if final != value:
                reason = f"统计部门核定，初步数{value}调整为{final}。"
            fields = {"value": Decimal(final), "preliminary": False, "published_on": settled_on}
            yield self._next_version(month, Part.STATISTIC, settled_on, fields, reason)

    def _correction(self, planned: Data) -> Paper:
        """The words of a correction state the corrected figure."""
        month = planned["month"]
        fields: dict[str, Any] = {"is_void": True}
        if not planned.get("void"):
            fields = self.texts(month, planned["value"]) | {"value": Decimal(planned["value"])}
        return self._next_version(month, Part.REPORT, planned["on"], fields, planned["reason"])

    def _paper(self, month: int, part: str, after: int, fields: dict[str, Any]) -> Paper:
        day = self.periods[month].period_end + timedelta(after)
        return Paper(
            self.periods[month], part, fields,
            self._at(day, 9), self._at(day, 10), self._at(day + timedelta(1), 16),
        )  # fmt: skip

    def _next_version(self, month: int, part: str, day: date, fields: dict[str, Any], reason: str) -> Paper:
        entered, submitted, reviewed = (self._at(day, hour) for hour in (9, 10, 16))
        return Paper(self.periods[month], part, fields, entered, submitted, reviewed, reason=reason)

    def _figure(self, month: int, value: str) -> dict[str, Any]:
        found: dict[str, Any] = {"value": Decimal(value)}
        if rate := self._of("yoy", month):
            found["yoy"] = Decimal(rate)
        if place := self._of("ranks", month):
            found["published_rank"] = int(place)
        return found

    def _of(self, name: str, month: int) -> str:
        column = self.reports.get(name, ())
        return column[month - 1] if month <= len(column) else ""

    def texts(self, month: int, value: str) -> dict[str, Any]:
        words = [w for w in self.reports["words"] if w.get("from", 1) <= month][-1]
        first = (self.target.starts_on or self.target.plan.starts_on).month
        months = f"{month}月" if first == month else f"{first}—{month}月"
        told = {"month": month, "months": months, "span": SPANS.get(month, months), "value": value}
        return {name: words[name].format(**told) for name in TEXTS if name in words}

    def _at(self, day: date, hour: int) -> datetime:
        """Return that hour of the day, or of yesterday if the day is not over yet."""
        return moment(min(day, self.yesterday), hour, self.target.number % 60)
