"""划转, 调整责任领导, 追加: one request over many targets."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from targets.admin.base.permissions import Actor
from targets.admin.base.views import AdminPage
from targets.filters import answers_for, leaders
from targets.forms.base.fields import UnitChoiceField, field_of
from targets.forms.base.keys import row_keys
from targets.forms.revision.transfer import AdditionForm, TogetherForm, TransferForm
from targets.models import OrgUnit, Plan, Target, TargetRevision

TITLE = _("Change who leads many targets")
ADDITION = _("Add targets to a plan in force")
ASKED = _("Asked for; it now waits until another coordinator or a leader signs it.")


class WhoseForm(forms.Form):
    """Choose targets by lead unit or accountable leader, among those the user runs."""

    unit = UnitChoiceField(OrgUnit.objects.none(), required=False, label=_("lead unit"), empty_label="—")
    leader = forms.ChoiceField(required=False, label=_("accountable leader"))

    def __init__(self, data: Any, *, targets: Any) -> None:
        super().__init__(data)
        self.targets = targets
        units = OrgUnit.objects.filter(pk__in=targets.order_by().values("lead_unit"))
        field_of(self, "unit", UnitChoiceField).queryset = units.select_related("parent").order_by(
            "path", "order"
        )
        field_of(self, "leader", forms.ChoiceField).choices = [("", "—"), *leaders(targets)]

    def chosen(self) -> list[Target]:
        """Return the targets that match every choice made; an empty list if nothing is chosen."""
        if not self.is_valid() or not any(self.cleaned_data.values()):
            return []
        found = self.targets
        if unit := self.cleaned_data["unit"]:
            found = found.filter(lead_unit=unit)
        if leader := self.cleaned_data["leader"]:
            found = found.filter(answers_for(leader))
        return list(found)


class TogetherPage(AdminPage):
    """One request over many targets: a form and a list in which the user ticks targets."""

    title: Any
    untick: Any = _("; untick what stays as it is")
    name: str  # used in the address and in the template name
    form: type[TogetherForm]

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if not Actor.of(request).coordinates:
            raise PermissionDenied
        running = Target.objects.definable_by(request.user).filter(plan__state=Plan.State.IN_FORCE)
        self.targets = running.select_related(
            "plan__jurisdiction", "lead_unit", "accountable_leader__unit"
        ).order_by("plan", "number", "pk")

    @classmethod
    def url(cls, model_admin: Any) -> URLPattern:
        view = model_admin.admin_site.admin_view(cls.as_view(model_admin=model_admin))
        return path(f"{cls.name}/", view, name=f"targets_targetrevision_{cls.name}")

    def answer(self, posted: Any, **named: Any) -> HttpResponse:
        return self.opened() if posted is None else self.asked()

    def opened(self) -> HttpResponse:
        """Return the page of a GET request."""
        raise NotImplementedError

    def chosen(self, listed: list[Target], ticked: Collection[int] | None = None) -> HttpResponse:
        """Return the page with an empty form; all targets are ticked unless `ticked` names some."""
        form = self.form(targets=listed, today=timezone.localdate())
        rows = [(target, ticked is None or target.pk in ticked) for target in listed]
        return self.shown(form=form, rows=rows)

    def asked(self) -> HttpResponse:
        listed = list(self.targets.filter(pk__in=self._keys("listed")))
        ticked = self._keys("target")
        chosen = [target for target in listed if target.pk in ticked]
        form = self.form(self.request.POST, targets=chosen, today=timezone.localdate())
        first = form.ask(self.request.user) if form.is_valid() else None
        if first is None:
            return self.shown(form=form, rows=[(target, target.pk in ticked) for target in listed])
        self.tell(ASKED)
        return HttpResponseRedirect(self.model_admin.address(first))

    def _keys(self, name: str) -> set[int]:
        typed = (self.request.POST if self.request.method == "POST" else self.request.GET).getlist(name)
        return set(row_keys(typed))

    def shown(self, **context: Any) -> HttpResponse:
        address = reverse(f"admin:targets_targetrevision_{self.name}")
        return self.page(
            f"targetrevision/{self.name}.html",
            self.title,
            address=address,
            untick=self.untick,
            **context,
        )


class TransferPage(TogetherPage):
    """Without a choice the page asks for a unit or leader; then it lists the targets."""

    title, name, form = TITLE, "transfer", TransferForm

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.targets = self.targets.filter(current__isnull=False)

    def opened(self) -> HttpResponse:
        whose = WhoseForm(self.request.GET or None, targets=self.targets)
        listed = whose.chosen()
        if not listed:
            is_empty = whose.is_bound and whose.is_valid()
            return self.shown(whose=whose, is_empty=is_empty)
        return self.chosen(listed)


class AdditionPage(TogetherPage):
    """追加: list the new targets of a plan in force that no waiting request covers."""

    title, name, form = ADDITION, "addition", AdditionForm
    untick = _("; untick what is not to be added yet")

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        waiting = TargetRevision.objects.waiting().filter(kind=TargetRevision.Kind.OPEN)
        self.targets = self.targets.filter(current=None).exclude(pk__in=waiting.values("target"))

    def opened(self) -> HttpResponse:
        return self.chosen(list(self.targets), self._keys("target") or None)


@admin.action(description=TITLE, permissions=["change"])
def transfer(model_admin: Any, request: HttpRequest, queryset: Any) -> HttpResponse | None:
    """List action: open the transfer page for the ticked rows."""
    page = TransferPage(model_admin=model_admin.admin_site.get_model_admin(TargetRevision))
    page.setup(request)
    listed = list(page.targets.filter(pk__in=queryset.order_by().values("pk")))
    if len(listed) < queryset.count():
        told = _("Only targets of plans in force that you run; drafts are changed on the target itself.")
        model_admin.message_user(request, told, messages.WARNING)
        return None
    return page.chosen(listed)
