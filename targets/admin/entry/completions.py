"""The nodes of a target as rows on its entry's page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from targets.admin.base.pages import RowInline
from targets.admin.base.permissions import remembered
from targets.forms.base.conflicts import SeenRowForm
from targets.forms.base.fields import offer
from targets.models import Milestone, MilestoneCompletion, ProgressEntry


class CompletionForm(SeenRowForm):
    """Each row opens with its node filled in; it counts as changed only once a day is given."""

    def has_changed(self) -> bool:
        if self.instance.pk is None and not self.data.get(self.add_prefix("completed_on"), "").strip():
            return False
        return super().has_changed()


class CompletionInline(RowInline):
    model = MilestoneCompletion
    form = CompletionForm
    fields = ("milestone", "completed_on")
    verbose_name_plural = _("nodes completed (leave the day empty if not done yet)")

    @remembered
    def _may(self, request: HttpRequest, obj: ProgressEntry | None) -> bool:
        return obj is None or obj.may_be_edited_by(request.user)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, obj)

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return len(self.occasion(request, obj).nodes_left)

    def get_max_num(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return len(self.occasion(request, obj).nodes)

    def occasion(self, request: HttpRequest, obj: Any) -> Any:
        entries: Any = self.admin_site.get_model_admin(ProgressEntry)
        return entries.occasion(request, obj)

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset: Any = super().get_formset(request, obj, **kwargs)
        occasion, field = self.occasion(request, obj), formset.form.base_fields["milestone"]
        field.queryset = Milestone.objects.filter(target=occasion.target)
        offer(field, occasion.nodes)
        return formset
