"""粘贴建账: the targets of a drafting plan, from rows copied out of a sheet."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from targets.admin.base.pages import with_its_log
from targets.forms.plan.paste import PasteForm
from targets.models import Plan


class PastedTargets:
    """The page behind “paste rows”, for `PlanAdmin`."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.paste_view)
        return [path("<path:object_id>/paste/", view, name="targets_plan_paste"), *super().get_urls()]

    @with_its_log
    def paste_view(self, request: Any, object_id: str) -> HttpResponse:
        plan = self._plan(request, object_id)
        if plan.state != Plan.State.DRAFTING:
            self.message_user(request, _("Rows are pasted while the plan is drafted."), messages.INFO)
            return self._to(plan)
        form = PasteForm(request.POST if request.method == "POST" else None, plan=plan)
        if form.is_bound:
            valid = form.is_valid()
            if valid and "_create" in request.POST:
                try:
                    count = form.write()
                except ValidationError as refusal:
                    form.add_error(None, refusal)
                else:
                    return self._written(request, plan, count)
            form.data["seen"] = form.state_of(plan)
        return self._page(request, plan, "paste.html", _("Paste rows"), form)

    def _written(self, request: Any, plan: Plan, count: int) -> HttpResponse:
        told = _("%(count)s targets were added from pasted rows.") % {"count": count}
        self.log_change(request, plan, str(told))
        self.message_user(request, told, messages.SUCCESS)
        return HttpResponseRedirect(f"{reverse('admin:targets_target_changelist')}?plan={plan.pk}")
