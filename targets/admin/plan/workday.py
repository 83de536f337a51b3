"""Holidays and make-up workdays (调休): listed by year, pasted from the yearly notice."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models.functions import ExtractYear
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from targets.admin.base.audited import recorded
from targets.admin.base.pages import RowAdmin
from targets.admin.base.permissions import Actor
from targets.forms.plan.workday import NoticeForm
from targets.models import Plan, WorkdayException


class YearFilter(admin.SimpleListFilter):
    title = _("year")
    parameter_name = "year"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        years = WorkdayException.objects.order_by().annotate(year=ExtractYear("date"))
        found = years.values_list("year", flat=True).distinct()
        return [(str(year), str(year)) for year in sorted(found, reverse=True)]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() is None:
            return queryset
        offered = {value for value, _label in self.lookup_choices}
        return queryset.filter(date__year=self.value()) if self.value() in offered else queryset.none()


@admin.register(WorkdayException)
class WorkdayExceptionAdmin(RowAdmin):
    list_display = ("day", "kind", "note")
    list_filter = (YearFilter, "works")
    allowed_lookups = ("year", "works__exact")
    ordering = ("-date",)
    fields = ("date", "works", "note")

    def sees(self, actor: Actor) -> bool:
        return actor.coordinates or actor.administrates

    def adds(self, actor: Actor) -> bool:
        """Only administrators: these days move the deadlines of every town."""
        return actor.administrates

    changes = adds

    @admin.display(description=_("day"), ordering="date")
    def day(self, obj: WorkdayException) -> str:
        return date_format(obj.date, "Y-m-d l")

    @admin.display(description=_("kind"), ordering="works")
    def kind(self, obj: WorkdayException) -> Any:
        return _("worked") if obj.works else _("holiday")

    # --- the notice ---------------------------------------------------------------------------

    def get_urls(self) -> list[Any]:
        own = path(
            "paste/", self.admin_site.admin_view(self.paste_view), name="targets_workdayexception_paste"
        )
        return [own, *super().get_urls()]

    @recorded
    def paste_view(self, request: HttpRequest) -> HttpResponse:
        """The first button previews the pasted notice; the second button stores what was shown."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        posted = request.POST if request.method == "POST" else None
        form = NoticeForm(posted, initial={"year": timezone.localdate().year + 1})
        is_read = form.is_valid()
        if is_read and request.POST.get("_save") and request.POST.get("shown") == form.key():
            return self._store(request, form)
        shown: dict[str, Any] = {"form": form, "preview": form.preview() if is_read else []}
        title = _("Paste the notice of holidays")
        return self.page(request, "workdayexception/paste.html", title, **shown)

    def _store(self, request: HttpRequest, form: NoticeForm) -> HttpResponse:
        new, changed = WorkdayException.objects.take(form.days)
        year = form.cleaned_data["year"]
        words = {"year": year, "new": new, "changed": changed}
        told = _("Holidays of %(year)s: %(new)s days new, %(changed)s changed.") % words
        self.message_user(request, told, messages.SUCCESS)
        self._offer_new_deadlines(request)
        return HttpResponseRedirect(f"{reverse('admin:targets_workdayexception_changelist')}?year={year}")

    def _offer_new_deadlines(self, request: HttpRequest) -> None:
        """Warn about each plan whose deadlines differ from the new table; the user decides plan by plan."""
        running = (Plan.State.DRAFTING, Plan.State.IN_FORCE)
        for plan in Plan.objects.runnable_by(request.user).filter(state__in=running):
            if plan.rescheduled(timezone.localdate()):
                told = format_html(
                    '{} <a href="{}">{}</a>',
                    _("Deadlines of %(plan)s would move.") % {"plan": plan.code},
                    reverse("admin:targets_plan_reschedule", args=(plan.pk,)),
                    _("Look at them"),
                )
                self.message_user(request, told, messages.WARNING)
