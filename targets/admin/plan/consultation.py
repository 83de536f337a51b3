"""征求意见: a drafted plan goes out unit by unit, and what comes back is accepted or declined."""

from __future__ import annotations

import io
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, HttpResponse
from django.urls import URLPattern
from django.utils.translation import gettext_lazy as _

from targets.admin.plan.pages import PlanPage
from targets.forms.plan.consultation import ConsultationForm
from targets.models import AuditRecord, Plan
from targets.register.consultation import asked
from targets.workbooks.consultation import file_name, write_book, write_each


class DraftPage(PlanPage):
    """Units are asked about a draft only."""

    def too_late(self) -> HttpResponse:
        self.tell(_("Units are asked while the plan is drafted."), messages.INFO)
        return self.to()


class ConsultationPage(DraftPage):
    """Files to send out, and the differences in those that came back."""

    def act_on(self, plan: Plan, posted: Any) -> HttpResponse:
        if plan.state != Plan.State.DRAFTING:
            return self.too_late()
        form = ConsultationForm(posted, self.request.FILES if posted is not None else None, plan=plan)
        if form.is_bound and form.is_valid() and "_decide" in posted and form.may_be_written():
            try:
                count = form.write(by=self.request.user)
            except ValidationError as refused:
                form.add_error(None, refused)
            else:
                self.tell(_("%(count)s comments were decided; what was accepted stands in the draft.") % {
                    "count": count})  # fmt: skip
                if form.curves_dropped:
                    told = _(
                        "The monthly plan did not lead to what was accepted and was dropped; "
                        "please make a new one: %(targets)s."
                    )
                    self.tell(told % {"targets": form.without_curve}, messages.WARNING)
                form = ConsultationForm(posted, plan=plan)
        return self.form_page("consult.html", _("Ask the units"), form, asked=asked(plan))


class SentOutPage(DraftPage):
    """The workbook of one unit, of all units, or of each in a zip."""

    def act_on(self, plan: Plan, posted: Any) -> HttpResponse:
        found = asked(plan)
        if plan.state != Plan.State.DRAFTING:
            return self.too_late()
        named = self.request.GET.get("unit")
        chosen = [each for each in found if str(each[0].pk) == named] if named else found
        if not chosen:
            raise PermissionDenied
        file = io.BytesIO()
        name = file_name(plan, chosen[0][0] if named else None)
        if "each" in self.request.GET:
            write_each(file, plan, chosen)
            name += ".zip"
        else:
            write_book(file, plan, chosen)
            name += ".xlsx"
        file.seek(0)
        AuditRecord.objects.note(AuditRecord.Act.EXPORT, plan, remark=name)
        return FileResponse(file, as_attachment=True, filename=name)  # type: ignore[return-value]


def urls(model_admin: Any) -> list[URLPattern]:
    return [
        ConsultationPage.url(model_admin, "consult"),
        SentOutPage.url(model_admin, "sent_out", route="consult/workbook"),
    ]
