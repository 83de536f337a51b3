"""报表: the month on one page for who hands it out, the issues that were, and what differs between two."""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import fields
from typing import Any, NamedTuple

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from targets import explain
from targets.documents.docx import write
from targets.filters import ScopeForm, problems
from targets.forms.issued.report import BulletinForm, PaperForm, PublishForm, WordsForm
from targets.models import AuditRecord, IssuedReport, KeptFile, Plan, SuperiorForm
from targets.models.issued.report import Cells
from targets.models.people.place import Place
from targets.models.plan.period import ReportingPeriod
from targets.register.bulletin import Last, Wanted, Writer
from targets.register.issued import Cause, Difference, differences, frozen
from targets.register.overview import Overview
from targets.register.register import Register
from targets.reporting import Reporting
from targets.views.no_plan import no_plan
from targets.views.overview import OverviewPage
from targets.workbooks import EDITIONS, SHEETS
from targets.workbooks.forms.notes import rule_in_words
from targets.workbooks.issuing import OF_A_MONTH, prepared, preview, publish
from targets.workbooks.sheets import DATA, PRINT

AT_ONCE = 100  # rows or differences on a page
WORDS_AT_ONCE = 30
FILES = {PRINT: "printed", DATA: "data", "signed": "signed_copy"}


class ReportView(View):
    """Reads plan and month; every page below shows one plan."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.scope = ScopeForm(request.GET.dict(), viewer=request.user, sorts=[], today=timezone.localdate())
        self.is_valid = self.scope.is_valid()

    def refused(self, template: str) -> HttpResponse:
        context = {"scope": self.scope, "plan": self.scope.plan, "errors": problems(self.scope)}
        return render(self.request, template, context, status=400)

    def page(self, template: str, plan: Plan, status: int = 200, **context: Any) -> HttpResponse:
        runs = Place.of(self.request.user).runs(plan.pk)
        return render(self.request, template, {"plan": plan, "runs": runs, **context}, status=status)


class ReportListView(ReportView):
    """The issues of a plan, the newest first, and the month that is next."""

    def get(self, request: HttpRequest) -> HttpResponse:
        plan = self.scope.plan
        if plan is None and not request.GET.get("plan"):
            return no_plan(request, {"scope": self.scope, "plan": None, "errors": []})
        if plan is None or not self.is_valid:
            return self.refused("targets/reports.html")
        issues = IssuedReport.objects.visible_to(request.user).filter(plan=plan)
        issues = issues.select_related("plan", "period", "issued_by__member").defer("rows")
        page = Paginator(issues.order_by("-number"), AT_ONCE).get_page(request.GET.get("page"))
        opened = opened_periods(plan)
        choices = [Choice.of_period(period) for period in opened[::-1]]
        choices += [Choice.of_issue(issue) for issue in issues]
        return self.page(
            "targets/reports.html", plan, scope=self.scope, page=page, choices=choices,
            months=[] if plan.state == Plan.State.DRAFTING else opened[::-1],
            forms=SuperiorForm.objects.visible_to(request.user).filter(plan=plan).select_related("file"),
        )  # fmt: skip


class PrepareView(ReportView):
    """The coordinator's month on one page: who reported, what waits, what turned; words, preview, 发布."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        plan = self.scope.plan
        if plan is None or not Place.of(request.user).runs(plan.pk):
            raise PermissionDenied
        if not self.is_valid:
            return self.refused("targets/report_prepare.html")
        period = self._period(plan)
        if plan.state == Plan.State.DRAFTING or period is None:
            raise Http404
        self.prepare(plan, period)
        return super().dispatch(request, *args, **kwargs)

    def prepare(self, plan: Plan, period: ReportingPeriod) -> None:
        self.report = IssuedReport.objects.in_preparation(period)
        self.report.plan, self.report.period = plan, period
        self.register, self.rows = prepared(self.report, today=timezone.localdate())
        worded = [row for row in self.rows if row.target.words]
        self.words = Paginator(worded, WORDS_AT_ONCE).get_page(self.request.GET.get("page"))

    def _period(self, plan: Plan) -> ReportingPeriod | None:
        if self.scope.register and self.scope.register.period:
            return self.scope.register.period
        return max(opened_periods(plan), key=lambda period: period.number, default=None)

    def get(self, request: HttpRequest) -> HttpResponse | FileResponse:
        if request.GET.get("edition") in EDITIONS:
            file, name = preview(self.register, self.rows, request.GET["edition"])
            AuditRecord.objects.note(AuditRecord.Act.EXPORT, self.report.plan, remark=name)
            return FileResponse(file, as_attachment=True, filename=name)
        return self.shown(self.words_form(), self.publish_form())

    def post(self, request: HttpRequest) -> HttpResponse:
        return self._publish(request) if "publish" in request.POST else self._save_words(request)

    def _publish(self, request: HttpRequest) -> HttpResponse:
        form = self.publish_form(request.POST)
        if form.is_valid():
            form.put_on(self.report)
            try:
                publish(self.report, by=request.user, sheets=form.cleaned_data["sheets"])
            except ValidationError as refused:
                form.add_error(None, refused)
            else:
                done = _("Issue %(number)s has been published.") % {"number": self.report.number}
                messages.success(request, done)
                return redirect("report-detail", self.report.pk)
        return self.shown(self.words_form(), form, status=400)

    def _save_words(self, request: HttpRequest) -> HttpResponse:
        form = self.words_form(request.POST)
        if form.is_valid():
            try:
                form.write(request.user)
            except ValidationError as refused:
                form.add_error(None, refused)
            else:
                messages.success(request, _("The words of the issue have been saved."))
                return redirect(request.get_full_path())
        return self.shown(form, self.publish_form(), status=400)

    def words_form(self, typed: QueryDict | None = None) -> WordsForm:
        return WordsForm(typed, report=self.report, rows=list(self.words))

    def publish_form(self, typed: QueryDict | None = None) -> PublishForm:
        return PublishForm(typed, report=self.report, sheets=SHEETS, usual=OF_A_MONTH)

    def shown(self, words: WordsForm, publish: PublishForm, status: int = 200) -> HttpResponse:
        overview = Overview(self.register, self.rows)
        before = IssuedReport.objects.issued().filter(plan=self.report.plan, period=self.report.period)
        return self.page(
            "targets/report_prepare.html", self.report.plan, status, register=self.register,
            report=self.report, overview=overview, view=OverviewPage(overview, self.request.user),
            words=words, page=self.words, waiting=Reporting.SUBMITTED.label, publish=publish,
            before=before.defer("rows").order_by("number"),
            query=f"plan={self.report.plan.code}&period={self.report.period.number}",
        )  # fmt: skip


class ReportDetailView(ReportView):
    """One issue as it was handed out, with what is known otherwise by now."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        report = self.report(pk)
        return self.shown(report, PaperForm(report=report))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        report = self.report(pk)
        if not Place.of(request.user).runs(report.plan_id):
            raise PermissionDenied
        form = PaperForm(request.POST, request.FILES, report=report)
        if form.is_valid():
            try:
                form.write(request.user)
            except ValidationError as refused:
                form.add_error(None, refused)
            else:
                messages.success(request, _("Saved."))
                return redirect("report-detail", pk)
        return self.shown(self.report(pk), form, status=400)

    def report(self, pk: int) -> IssuedReport:
        seen = IssuedReport.objects.visible_to(self.request.user)
        related = ("plan__jurisdiction", "period", "issued_by__member", "signed_copy")
        report: IssuedReport = get_object_or_404(seen.select_related(*related), pk=pk)
        return report

    def shown(self, report: IssuedReport, form: PaperForm, status: int = 200) -> HttpResponse:
        register, rows = prepared(report)
        same_rule = report.rule == rule_in_words(register)
        since = list(differences(report.rows, frozen(rows), same_rule=same_rule))
        polished = report.polished.select_related("target", "target__plan")
        return self.page(
            "targets/report.html", report.plan, status, report=report, form=form, editions=EDITIONS,
            since=since[:AT_ONCE], since_count=len(since), polished=polished,
            page=Paginator(report.rows, AT_ONCE).get_page(self.request.GET.get("page")),
        )  # fmt: skip


class ReportFileView(ReportDetailView):
    """A workbook of an issue, or its signed copy, byte by byte as it was kept."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, pk: int, edition: str = "") -> Any:
        report = self.report(pk)
        file: KeptFile | None = getattr(report, FILES[edition]) if edition in FILES else None
        if file is None:
            raise Http404
        AuditRecord.objects.note(AuditRecord.Act.EXPORT, report, remark=file.name)
        return FileResponse(file.open(), as_attachment=True, filename=file.name)


class BulletinView(PrepareView):
    """工作情况通报 of the month, as a page and as a document; of an issue, by what was known then."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse | FileResponse:
        usual = {field.name: field.default for field in fields(Wanted)} | {"number": self.issue_number}
        form = BulletinForm(request.GET if "addressed" in request.GET else usual)
        if not form.is_valid():
            return self.page("targets/bulletin.html", self.report.plan, 400, form=form, report=self.report)
        overview = Overview(self.register, self.rows)
        bulletin = Writer(overview, form.wanted(), timezone.localdate(), self.last).write()
        if request.GET.get("format") == "docx":
            file = io.BytesIO()
            write(file, bulletin)
            file.seek(0)
            name = f"{bulletin.title}{'（公开稿）' if form.cleaned_data['is_public'] else ''}.docx"
            AuditRecord.objects.note(AuditRecord.Act.EXPORT, self.report.plan, remark=name)
            return FileResponse(file, as_attachment=True, filename=name)
        return self.page(
            "targets/bulletin.html", self.report.plan, form=form, bulletin=bulletin,
            report=self.report, issue=self.issue_number, hidden=self.hidden,
        )  # fmt: skip

    @property
    def last(self) -> Last | None:
        """The newest issue of an earlier month."""
        period = self.report.period
        earlier = IssuedReport.objects.issued().filter(plan=self.report.plan)
        earlier = earlier.filter(period__number__lt=period.number).select_related("period")
        found = earlier.order_by("-period__number", "-number").first()
        return Last.issued(found, period.period_end) if found else None

    @property
    def hidden(self) -> list[tuple[str, str | int]]:
        return [("plan", self.report.plan.code), ("period", self.report.period.number)]

    def prepare(self, plan: Plan, period: ReportingPeriod) -> None:
        """The newest issue of the month where there is one: the circular says the same."""
        issued = IssuedReport.objects.issued().filter(plan=plan, period=period).order_by("-number").first()
        self.issue_number = issued.number if issued else None
        if issued is None:
            super().prepare(plan, period)
            return
        issued.plan, issued.period, self.report = plan, period, issued
        self.register, self.rows = prepared(issued, known_at=issued.issued_at)


class CompareView(ReportView):
    """Two issues or months side by side: each cell that differs, with its cause."""

    def get(self, request: HttpRequest) -> HttpResponse:
        plan = self.scope.plan
        if plan is None or plan.pk not in IssuedReport.plans_open_to(request.user):
            raise PermissionDenied
        first, second = (self._reading(plan, request.GET.get(name, "")) for name in ("first", "second"))
        found: list[Difference] = []
        if first and second:
            found = list(differences(first.rows, second.rows, same_rule=first.rule == second.rule))
        causes = Counter(each.cause for each in found)
        page = Paginator(found, AT_ONCE).get_page(request.GET.get("page"))
        return self.page(
            "targets/report_compare.html", plan, 200 if first and second else 400,
            first=first, second=second, page=page,
            causes=[(Cause(cause).label, count) for cause, count in causes.most_common()],
        )  # fmt: skip

    def _reading(self, plan: Plan, choice: str) -> Reading | None:
        """Of i12, the issue with that key; of p6, the sixth month by what is known now."""
        kind, number = choice[:1], choice[1:]
        if not (number.isascii() and number.isdecimal() and len(number) < 10):
            return None
        if kind == "i":
            issue = IssuedReport.objects.visible_to(self.request.user).filter(plan=plan, pk=number).first()
            return Reading.of_issue(issue) if issue else None
        found = (period for period in opened_periods(plan) if period.number == int(number))
        period = next(found, None) if kind == "p" else None
        return Reading.of_period(plan, period, self.request.user) if period else None


def opened_periods(plan: Plan) -> list[ReportingPeriod]:
    today = timezone.localdate()
    return [period for period in plan.periods.all() if period.opens_on <= today]


class Choice(NamedTuple):
    """What can be compared: an issue or a month."""

    key: str
    label: str

    @classmethod
    def of_issue(cls, issue: IssuedReport) -> Choice:
        words = {
            "number": issue.number,
            "month": explain.month_of(issue.period.period_end, timezone.localdate()),
        }
        return cls(f"i{issue.pk}", _("issue %(number)s (%(month)s)") % words)

    @classmethod
    def of_period(cls, period: ReportingPeriod) -> Choice:
        month = explain.month_of(period.period_end, timezone.localdate())
        return cls(f"p{period.number}", _("%(month)s, as known now") % {"month": month})


class Reading(NamedTuple):
    """The register as an issue has it, or as it reads now."""

    label: str
    rows: list[Cells]
    rule: str

    @classmethod
    def of_issue(cls, issue: IssuedReport) -> Reading:
        return cls(Choice.of_issue(issue).label, issue.rows, issue.rule)

    @classmethod
    def of_period(cls, plan: Plan, period: ReportingPeriod, viewer: Any) -> Reading:
        register = Register.at(plan, period=period.number, viewer=viewer)
        return cls(Choice.of_period(period).label, frozen(register.rows()), rule_in_words(register))
