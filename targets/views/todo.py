"""What waits for the signed-in person, of one plan or of all that are live."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views import View

from targets.filters import problems
from targets.forms.base.fields import field_of
from targets.models import Plan
from targets.models.base import plain_code
from targets.models.people.viewer import Account
from targets.todo import Todo


class PlanForm(forms.Form):
    """The plan an address names; `chosen` is empty for all."""

    plan = forms.ChoiceField(required=False, label=_("Plan"))

    def __init__(self, data: QueryDict, *, viewer: Account) -> None:
        super().__init__({"plan": plain_code(data.get("plan", ""))})
        self.plans = {plan.code: plan for plan in Plan.objects.visible_to(viewer)}
        field_of(self, "plan", forms.ChoiceField).choices = list(self.plans.items())

    @property
    def chosen(self) -> Plan | None:
        return self.plans.get(self.cleaned_data["plan"])


class TodoView(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        form = PlanForm(request.GET, viewer=request.user)
        if not form.is_valid():
            return render(request, "targets/todo.html", {"errors": problems(form)}, status=400)
        todo = Todo(request.user, timezone.localdate(), form.chosen, form.plans.values())
        return render(request, "targets/todo.html", {"todo": todo, "chosen": form.chosen})
