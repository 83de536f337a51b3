"""What waits for the signed-in person, of one plan or of all that are live."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.paginator import Paginator
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
from targets.todo.lists import FIRST, HEADS

PER_PAGE = 200


class PlanForm(forms.Form):
    """The plan an address names, empty for all, and one kind of list."""

    plan = forms.ChoiceField(required=False, label=_("Plan"))
    list = forms.ChoiceField(required=False, label=_("list"), choices=[(key, key) for key in HEADS])
    page = forms.IntegerField(required=False, label=_("page"), min_value=1, max_value=10_000)

    def __init__(self, data: QueryDict, *, viewer: Account) -> None:
        asked = {name: data.get(name, "") for name in ("list", "page")}
        super().__init__({**asked, "plan": plain_code(data.get("plan", ""))})
        self.plans = list(Plan.objects.shown_to(viewer))
        self.by_code = {plan.code: plan for plan in self.plans}
        field_of(self, "plan", forms.ChoiceField).choices = list(self.by_code.items())

    @property
    def chosen(self) -> Plan | None:
        return self.by_code.get(self.cleaned_data["plan"])


class TodoView(View):
    """The first things of each list; with `list`, one list of a plan page by page."""

    def get(self, request: HttpRequest) -> HttpResponse:
        form = PlanForm(request.GET, viewer=request.user)
        if not form.is_valid():
            return render(request, "targets/todo.html", {"scope": form, "errors": problems(form)}, status=400)
        plan, kind, today = form.chosen, form.cleaned_data["list"], timezone.localdate()
        context: dict[str, Any] = {"scope": form, "plan": plan}
        if not kind:
            todo = Todo(request.user, today, plan, known=form.plans, window=FIRST)
            return render(request, "targets/todo.html", context | {"todo": todo})
        number = form.cleaned_data["page"] or 1
        window = range((number - 1) * PER_PAGE, number * PER_PAGE)
        todo = Todo(request.user, today, plan, known=form.plans, only=kind, window=window)
        longest = max((each.count for waiting in todo.plans for each in waiting.lists), default=0)
        page = Paginator(range(longest), PER_PAGE).get_page(number)
        return render(request, "targets/todo.html", context | {"todo": todo, "page": page})
