"""上级报表: a superior's form is uploaded and mapped once; each month it is filled and downloaded."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import PurePath
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from targets import explain
from targets.forms.base.keys import row_keys
from targets.forms.superior.mapping import FileForm, MappingForm
from targets.models import AuditRecord, KeptFile, Plan, ReportingPeriod, SuperiorForm
from targets.models.audit.recording import recording
from targets.models.people.place import Place
from targets.reading.sheet import FileRefusal, Limits
from targets.reading.superior import unmapped
from targets.views.reports import ReportView, opened_periods
from targets.workbooks.superior import Filled, by_reason, file_name, fill

LARGEST = Limits().size
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def kept(request: HttpRequest, form: FileForm, plan: Plan) -> KeptFile | None:
    """The uploaded file, kept until its mapping is; None, with the reason at the field, if it is refused."""
    if not form.is_valid():
        return None
    upload = form.cleaned_data["file"]
    content = upload.read(LARGEST + 1)  # a byte more than is read is refused as too large
    try:
        MappingForm(plan=plan, content=content)
    except FileRefusal as refused:
        form.add_error("file", explain.file_refusal(refused))
        return None
    with recording(by=request.user):
        KeptFile.objects.forget(timezone.now())
        return KeptFile.keep(content, str(upload.name), by=request.user)


def named_file(request: HttpRequest, plan: Plan) -> KeptFile | None:
    """The file of the address: the reader sent it and it waits, or a sheet of it is mapped in this plan."""
    waiting = KeptFile.objects.waiting().filter(uploaded_by=request.user.pk)
    mapped = KeptFile.objects.filter(pk__in=SuperiorForm.objects.filter(plan=plan).values("file"))
    return (waiting | mapped).filter(pk__in=row_keys([request.GET.get("file", "")])).first()


def months(plan: Plan) -> list[ReportingPeriod]:
    """Those for which a form can be filled, the newest first."""
    return [] if plan.state == Plan.State.DRAFTING else opened_periods(plan)[::-1]


class OfRunPlan(ReportView):
    """The address names a plan that the reader runs."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.plan = self.scope.plan
        if self.plan is None or not Place.of(request.user).runs(self.plan.pk):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class SuperiorListView(OfRunPlan):
    plan: Plan

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.shown(FileForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = FileForm(request.POST, request.FILES)
        file = kept(request, form, self.plan)
        if file is None:
            return self.shown(form, 400)
        query = urlencode({"plan": self.plan.code, "file": file.pk})
        return HttpResponseRedirect(f"{reverse('superior-new')}?{query}")

    def shown(self, upload: FileForm, status: int = 200) -> HttpResponse:
        forms = SuperiorForm.objects.filter(plan=self.plan).select_related("file")
        return self.page(
            "targets/superior_forms.html", self.plan, status, forms=forms, upload=upload,
            months=months(self.plan),
        )  # fmt: skip


class SuperiorNewView(OfRunPlan):
    """The mapping of a form that is new."""

    plan: Plan

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        plan = self.scope.plan
        if plan is not None and Place.of(request.user).runs(plan.pk):
            file = named_file(request, plan)
            if file is None:
                messages.error(request, _("The file is gone; please choose it again."))
                return HttpResponseRedirect(f"{reverse('superior-list')}?plan={plan.code}")
            self.file = file
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.shown(self.mapping())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self.mapping(request.POST)
        stored = SuperiorForm(plan=self.plan)
        if "_save" in request.POST and saved(form, stored, self.file, request.user):
            messages.success(request, _("The form is mapped: it can be filled and downloaded each month."))
            return redirect("superior-detail", stored.pk)
        return self.shown(form)

    def mapping(self, posted: Any = None) -> MappingForm:
        name = PurePath(self.file.name).stem
        return MappingForm(posted, plan=self.plan, content=self.file.read(), name=name)

    def shown(self, form: MappingForm) -> HttpResponse:
        return self.page("targets/superior_form.html", self.plan, form=form, file=self.file)


def saved(form: MappingForm, stored: SuperiorForm, file: KeptFile, by: Any) -> bool:
    if not (form.is_valid() and form.may_be_kept()):
        return False
    try:
        stored.keep(form.told(), file, by=by, seen=form.cleaned_data["seen"])
    except ValidationError as refused:
        form.add_error(None, ValidationError(refused.messages))
        return False
    return True


class OfForm(View):
    """The address names a form of a plan that the reader runs."""

    def dispatch(self, request: HttpRequest, *args: Any, pk: int, **kwargs: Any) -> HttpResponseBase:
        seen = SuperiorForm.objects.visible_to(request.user).select_related("plan__jurisdiction", "file")
        self.form: SuperiorForm = get_object_or_404(seen, pk=pk)
        self.months = months(self.form.plan)
        asked = request.GET.get("period")
        found = [each for each in self.months if asked in (None, str(each.number))]
        if asked is not None and not found:
            raise Http404
        self.period = found[0] if found else None
        return super().dispatch(request, *args, **kwargs)


class SuperiorDetailView(OfForm, ReportView):
    """One form: what would be filled in for a month and what would stay; its mapping; a later file of it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.shown(self.mapping(), FileForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        if "_remove" in request.POST:
            return self.remove()
        if "_upload" in request.POST:
            return self.take()
        form, file, others = self.mapping(request.POST), self.file, list(self.form.of_same_file)
        if form and "_save" in request.POST and saved(form, self.form, file, request.user):
            messages.success(request, _("Saved."))
            return self.with_others(others, file)
        return self.shown(form, FileForm())

    @property
    def file(self) -> KeptFile:
        """A later one that is being looked at, else that of the form."""
        return named_file(self.request, self.form.plan) or self.form.file

    def mapping(self, posted: Any = None) -> MappingForm | None:
        try:
            return MappingForm(posted, plan=self.form.plan, content=self.file.read(), stored=self.form)
        except (FileRefusal, OSError):  # what it is shows where the month is filled in
            return None

    def take(self) -> HttpResponse:
        """A later file of the form: taken as it is where it looks as the one before, else asked about."""
        upload = FileForm(self.request.POST, self.request.FILES)
        file = kept(self.request, upload, self.form.plan)
        if file is None:
            return self.shown(self.mapping(), upload, 400)
        form, seen, others = self.form, self.form.version, list(self.form.of_same_file)
        told = MappingForm(plan=form.plan, content=file.read(), stored=form).as_before()
        if told is None:
            return HttpResponseRedirect(f"{reverse('superior-detail', args=[form.pk])}?file={file.pk}")
        try:
            form.keep(told, file, by=self.request.user, seen=seen)
        except ValidationError as refused:
            messages.error(self.request, " ".join(refused.messages))
            return redirect("superior-detail", form.pk)
        messages.success(self.request, _("The file looks as the one before: the mapping stays."))
        return self.with_others(others, file)

    def with_others(self, others: Iterable[SuperiorForm], file: KeptFile) -> HttpResponse:
        """The other sheets of the workbook follow to its later file; the first that looks otherwise in it is
        asked about, and the rest follow once that is saved.
        """
        for other in (each for each in others if each.file.sha256 != file.sha256):
            told = MappingForm(plan=other.plan, content=file.read(), stored=other).as_before()
            if told is None:
                words = _("“%(form)s”, a further sheet of it, looks otherwise there; please check it too.")
                messages.warning(self.request, words % {"form": other})
                return HttpResponseRedirect(f"{reverse('superior-detail', args=[other.pk])}?file={file.pk}")
            try:
                other.keep(told, file, by=self.request.user, seen=other.version)
            except ValidationError as refused:
                messages.error(self.request, f"{other}: {' '.join(refused.messages)}")
        return redirect("superior-detail", self.form.pk)

    def remove(self) -> HttpResponse:
        plan = self.form.plan
        try:
            self.form.remove(by=self.request.user)
        except ValidationError as refused:
            messages.error(self.request, " ".join(refused.messages))
            return redirect("superior-detail", self.form.pk)
        messages.success(self.request, _("The form was removed."))
        return HttpResponseRedirect(f"{reverse('superior-list')}?plan={plan.code}")

    def shown(self, form: MappingForm | None, upload: FileForm, status: int = 200) -> HttpResponse:
        told, fault = None, ""
        if self.period:
            try:
                told = fill(self.form, self.period, viewer=self.request.user)
            except ValidationError as refused:
                fault = " ".join(refused.messages)
        return self.page(
            "targets/superior_form.html", self.form.plan, status, form=form, upload=upload, stored=self.form,
            file=self.file, is_later=self.file != self.form.file, told=told, fault=fault,
            left=by_reason(told.left) if told else (), carried=by_reason(told.carried) if told else (),
            months=self.months, chosen=self.period,
            unmapped=unmapped(form.sheets, form.layout, form.mapped) if form else (),
        )  # fmt: skip


class SuperiorFillView(OfForm):
    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> FileResponse | HttpResponse:
        if self.period is None:
            raise Http404
        try:
            told: Filled = fill(self.form, self.period, viewer=request.user)
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
            return redirect("superior-detail", self.form.pk)
        name = file_name(self.form, self.period)
        AuditRecord.objects.note(AuditRecord.Act.EXPORT, self.form, remark=name)
        return FileResponse(io.BytesIO(told.content), as_attachment=True, filename=name, content_type=XLSX)


class SuperiorOriginalView(OfForm):
    """The file as it came."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> FileResponse:
        file = self.form.file
        AuditRecord.objects.note(AuditRecord.Act.EXPORT, self.form, remark=file.name)
        return FileResponse(file.open(), as_attachment=True, filename=file.name, content_type=XLSX)
