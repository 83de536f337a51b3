"""列入清单: the list action that puts targets of a plan on one of its lists."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from targets.admin.base.audited import recorded
from targets.forms.target.put_on_list import PutOnListForm
from targets.models import Plan, Target

MOST = 500


@admin.action(description=_("Put the selected targets on a list"), permissions=["change"])
@recorded
def put_on_list(model_admin: Any, request: HttpRequest, queryset: Any) -> HttpResponse | None:
    chosen = list(queryset.order_by().values_list("pk", flat=True)[: MOST + 1])
    mine = Target.objects.definable_by(request.user).filter(pk__in=chosen).select_related("plan")
    targets = list(mine.exclude(plan__state=Plan.State.ARCHIVED).order_by("number", "pk"))
    plans = {target.plan for target in targets}
    if len(chosen) > MOST or len(targets) < len(chosen) or len(plans) != 1:
        told = _("At most %(most)s targets at once, all of one plan that is not archived.") % {"most": MOST}
        model_admin.message_user(request, told, messages.WARNING)
        return None
    form = PutOnListForm(request.POST if "_apply" in request.POST else None, targets=targets)
    if form.is_valid():
        try:
            count = form.write()
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            words = {"count": count, "list": form.cleaned_data["list"]}
            told = _("%(count)s targets were put on the list “%(list)s”.") % words
            model_admin.message_user(request, told, messages.SUCCESS)
            return None
    shown = {"form": form, "plan": plans.pop(), "checkbox": ACTION_CHECKBOX_NAME}
    return model_admin.page(request, "target/put_on_list.html", _("Put targets on a list"), **shown)
