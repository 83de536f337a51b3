"""The status table, and the same rows as a workbook."""

from __future__ import annotations

import io
from datetime import date
from typing import Any, NamedTuple, cast
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from targets import explain
from targets.filters import ScopeForm, TargetFilterSet, TimeForm, problems
from targets.models import AuditRecord
from targets.register.columns import shown
from targets.register.listing import Summary
from targets.register.register import Register
from targets.status import ATTENTION, ON_SCHEDULE, UNLIT, Status
from targets.tables import LOOKS, Line, TargetTable, groups, shape
from targets.views.no_plan import no_plan
from targets.workbooks import EDITIONS, SHEETS, USUAL, file_name, write_workbook
from targets.workbooks.turns import TooMany, a_turn, letting_others_pass

TEMPLATE = "targets/register.html"
MEETING, A3 = "meeting", "a3"
ALWAYS_SHOWN = (Status.RED, Status.AMBER, Status.GREEN)  # a chip, though there be none
GROUPS = (
    (gettext_lazy("Need attention"), ATTENTION),
    (gettext_lazy("Going well"), ON_SCHEDULE),
    (gettext_lazy("Without a light"), UNLIT),
)
MORE = ("list", "leader", "measure", "reporting", "due_after", "due_before")


class RegisterView(View):
    """Reads the address; a bad parameter answers 400 with its message and no rows at all."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.scope = ScopeForm(
            request.GET.dict(), viewer=request.user, sorts=TargetTable.sorts(), today=timezone.localdate()
        )
        valid = self.scope.is_valid()
        self.register: Register | None = self.scope.register if valid else None
        self.is_for_meeting = bool(valid and self.scope.cleaned_data["view"] == MEETING)
        self.given = request.GET.copy()
        if self.is_for_meeting and "status" not in self.given:
            self.given.setlist("status", [status.key for status in ATTENTION])
        self.filters = TargetFilterSet(self.given, self.register) if self.register else None

    @property
    def asked(self) -> tuple[Register, TargetFilterSet] | None:
        """The register and what narrows it, or None where a parameter is bad."""
        if self.register is None or self.filters is None or not self.filters.is_valid():
            return None
        return self.register, self.filters

    def context(self) -> dict[str, Any]:
        return {
            "scope": self.scope,
            "plan": self.scope.plan,
            "register": self.register,
            "filters": self.filters,
            "errors": self._errors(),
            "chosen": self.request.GET.getlist("status"),
            "hidden": self._hidden(),
            "editions": EDITIONS,
            "sheets": SHEETS,
            "ticked": self.request.GET.getlist("sheets"),
            "more": sum(bool(self.given.get(name)) for name in MORE),
            "is_narrowed": any(self.given.get(name) for name in (*TargetFilterSet.base_filters, "per_page")),
            "unfiltered": self.address(*TargetFilterSet.base_filters, "sort", "view", "per_page"),
        }

    def address(self, *without: str, **given: str) -> str:
        """The query string of this page without some parameters, its page number and what was exported, and
        with others."""
        query = self.request.GET.copy()
        for name in (*without, *given, "page", "edition", "sheets"):
            query.pop(name, None)
        if self.scope.plan and not query.get("plan"):
            query["plan"] = self.scope.plan.code
        query.update(given)
        return query.urlencode()

    def _hidden(self) -> list[tuple[str, str]]:
        """What the form sends along unseen: plan and time, so that what it finds or exports is of the
        month on the page; and of a table that cannot be shown, what was asked of it."""
        names = [*TimeForm.TIMES, "status", "sort"]
        if self.filters is None:
            names += [name for name in TargetFilterSet.base_filters if name != "status"]
        found = [(name, value) for name in names for value in self.request.GET.getlist(name) if value]
        return [("plan", self.scope.plan.code), *found] if self.scope.plan else found

    def _errors(self) -> list[tuple[str, str]]:
        forms = [self.scope, *([self.filters.form] if self.filters else [])]
        return [problem for form in forms for problem in problems(form)]


class TargetListView(RegisterView):
    def get(self, request: HttpRequest) -> HttpResponse:
        context = self.context()
        if self.scope.plan is None and not request.GET.get("plan"):
            return no_plan(request, context)
        if self.asked is None:
            return render(request, TEMPLATE, context, status=400)
        (register, filters), asked = self.asked, self.scope.cleaned_data
        of_list = bool(filters.form.cleaned_data["list"])
        usual = "status" if self.is_for_meeting else "list_number" if of_list else "number"
        sort = asked["sort"] or usual
        table = TargetTable(filters.qs, promised=register.promised, of_list=of_list, order_by=sort)
        listing = register.listing(
            table.in_order, reporting=filters.answers, sort=sort if "reporting" in sort else ""
        )
        summary = listing.summary
        page = Paginator(range(summary.listed), asked["per_page"]).get_page(asked["page"])
        rows = listing.page(cast(range, page.object_list), f"{register.promised}accountable_leader")
        context |= self.in_words(register, summary) | {
            "list_name": filters.list_name,
            "sort": sort,
            "page": page,
            "times": self.scope.times,
            "lines": [Line(row, of_list=of_list) for row in rows],
        }
        if self.is_for_meeting:
            context["table_address"] = self.address("view")
            return render(request, "targets/register_meeting.html", context)
        if context["chosen"]:  # the counts are the way back to the rows that are not listed now
            summary = register.listing(filters.of_every_status, reporting=filters.answers).summary
        context |= self.sums(summary) | self.links()
        media = (column.medium for column in shown("page", of_list=of_list))
        context |= {
            "headings": list(zip(table.columns, media, strict=True)),
            "groups": groups(
                context["lines"],
                self.scope.times,
                by_domain=sort == "number",
                is_whole=page.paginator.num_pages == 1,
                of_list=of_list,
            ),
        }
        return render(request, TEMPLATE, context)

    def sums(self, summary: Summary) -> dict[str, Any]:
        """The counts as links that narrow the table, and what the rate on schedule counts."""
        rate = explain.rate(
            lit=summary.lit,
            on_schedule=summary.on_schedule,
            behind=summary.behind,
            carried=summary.carried,
            stretch=summary.stretch,
        )
        return {
            "summary": summary,
            "rate": rate,
            "chips": [self._chips(group) for group in _grouped(summary)],
        }

    def _chips(self, group: Counted) -> dict[str, Any]:
        chosen, rest = set(self.request.GET.getlist("status")), self.address("status")
        keys = [status.key for status in group.summed]
        return {
            "label": group.label,
            "count": group.total,
            "href": f"?{rest}&{urlencode([('status', key) for key in keys])}",
            "is_chosen": chosen == set(keys),
            "has_chosen": not chosen.isdisjoint(status.key for status in group.counts),
            "is_folded": UNLIT[0] in group.counts,
            "chips": [
                {
                    "key": status.key,
                    "label": status.label,
                    "look": LOOKS[status],
                    "shape": shape(LOOKS[status]),
                    "count": count,
                    "href": f"?{rest}&status={status.key}",
                    "is_chosen": chosen == {status.key},
                }
                for status, count in group.counts.items()
                if count or status in ALWAYS_SHOWN
            ],
        }

    def links(self) -> dict[str, Any]:
        return {
            "everything": self.address("status"),
            "unsorted": self.address("sort"),
            "is_a3": self.scope.cleaned_data["paper"] == A3,
            "on_a3": self.address(paper=A3),
            "on_a4": self.address("paper"),
            "for_meeting": self.address("sort", view=MEETING),
        }

    def in_words(self, register: Register, summary: Summary) -> dict[str, Any]:
        """What stands above the rows on paper, and around them in a message for a chat."""
        plan, today = register.plan, register.today or timezone.localdate()
        opened = [period.period_end for period in plan.periods.all() if period.opens_on <= register.on]
        span = explain.months(plan.starts_on, max(opened, default=register.on))  # on 1 December 1—11月
        sender = str(plan.office or plan.jurisdiction)
        counted = [
            (group.label, group.total, [(str(s.label), group.counts[s]) for s in group.summed])
            for group in _grouped(summary)
        ]
        counted.append((str(Status.CANCELLED.label), summary.by_status[Status.CANCELLED], []))
        told = explain.counts(summary.listed, [group for group in counted if group[1]])
        day = explain.day(register.on)
        place = str(plan.jurisdiction)
        title = plan.title if plan.title.startswith(place) else f"{place}{plan.title}"
        heading = _("%(title)s, %(span)s, as of %(day)s") % {"title": title, "span": span, "day": day}
        notice = explain.notice(heading, told, _deadline(register, today), sender, explain.day(today))
        return {"title": title, "span": span, "sender": sender, "told": told, "notice": notice}


class Counted(NamedTuple):
    """One of the three groups of statuses; what is cancelled is listed, and in no total."""

    label: str
    counts: dict[Status, int]

    @property
    def summed(self) -> list[Status]:
        return [status for status in self.counts if status != Status.CANCELLED]

    @property
    def total(self) -> int:
        return sum(self.counts[status] for status in self.summed)


def _grouped(summary: Summary) -> list[Counted]:
    return [
        Counted(str(label), {status: summary.by_status[status] for status in statuses})
        for label, statuses in GROUPS
    ]


def _deadline(register: Register, today: date) -> str:
    """Until when the words of the month on the page are to be filed; empty once the day is past."""
    opened = [period for period in register.plan.periods.all() if period.opens_on <= register.on]
    period = register.period or max(opened, key=lambda each: each.number, default=None)
    if period is None or period.words_due_on < today:
        return ""
    words = {
        "month": explain.month_of(period.period_end, today),
        "day": explain.short_day(period.words_due_on),
    }
    return _("Please file the progress of %(month)s by %(day)s.") % words


class TargetExportView(RegisterView):
    """Exactly what the filters show, in 序号 order, as the offices file it."""

    def get(self, request: HttpRequest) -> HttpResponse | FileResponse:
        if self.asked is None:
            return render(request, TEMPLATE, self.context(), status=400)
        register, filters = self.asked
        edition = request.GET.get("edition") or next(iter(EDITIONS))
        sheets = request.GET.getlist("sheets") or USUAL
        workbook = io.BytesIO()
        rows = letting_others_pass(register.stream(filters.qs.order_by("number", "pk"), filters.answers))
        try:
            with a_turn():
                write_workbook(workbook, register, rows, edition=edition, sheets=sheets)
        except ValidationError as refused:
            return self._refused(refused.messages, status=400)
        except TooMany:
            busy = _("Many people are exporting just now. Please try again in a minute.")
            return self._refused([busy], status=503)
        workbook.seek(0)
        name = file_name(register, edition, sheets)
        remark = f"{name} {request.GET.urlencode()}"
        AuditRecord.objects.note(AuditRecord.Act.EXPORT, register.plan, remark=remark)
        return FileResponse(workbook, as_attachment=True, filename=name)

    def _refused(self, messages: list[str], *, status: int) -> HttpResponse:
        told = {"errors": [("", message) for message in messages]}
        return render(self.request, TEMPLATE, self.context() | told, status=status)
