"""Which fields an entry's page shows, in which order, to whom."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from targets import explain
from targets.admin.base.pages import RowInline
from targets.filing.second_look import old_figure_in_words
from targets.forms.base.conflicts import SeenRowForm
from targets.models import Milestone, MilestoneCompletion, ProgressEntry

WORDS = ("narrative", "issues", "next_steps")
ABOUT_THE_FIGURE = ("yoy", "published_rank", "source_ref", "published_on")
PLANS = ("support_needed", "catch_up_on")


class CompletionForm(SeenRowForm):
    """A node stands in its row from the start; the row counts once a day is given."""

    def has_changed(self) -> bool:
        if self.instance.pk is None and not self.data.get(self.add_prefix("completed_on"), "").strip():
            return False
        return super().has_changed()


class CompletionInline(RowInline):
    model = MilestoneCompletion
    form = CompletionForm
    fields = ("milestone", "completed_on")
    verbose_name_plural = _("nodes completed (leave the day empty if not done yet)")

    def _may(self, request: Any, obj: ProgressEntry | None) -> bool:
        return obj is None or obj.may_be_edited_by(request.user)

    def has_add_permission(self, request: Any, obj: Any) -> bool:
        return self._may(request, obj)

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return self._may(request, obj)

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        return self._may(request, obj)

    def get_extra(self, request: Any, obj: Any = None, **kwargs: Any) -> int:
        return len(self.occasion(request, obj).nodes_left)

    def get_max_num(self, request: Any, obj: Any = None, **kwargs: Any) -> int:
        return self.occasion(request, obj).target.milestones.count()

    def occasion(self, request: Any, obj: Any) -> Any:
        return self.admin_site.get_model_admin(ProgressEntry).occasion(request, obj)

    def get_formset(self, request: Any, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        nodes = Milestone.objects.filter(target=self.occasion(request, obj).target)
        formset.form.base_fields["milestone"].queryset = nodes
        return formset


class EntryFields:
    """Fields, fieldsets and inlines, for `ProgressEntryAdmin`."""

    def mode(self, request: Any, obj: ProgressEntry | None) -> str:
        """edit, review or view."""
        if obj is None or obj.may_be_edited_by(request.user):
            return "edit"
        return "review" if obj.may_be_reviewed_by(request.user) else "view"

    def get_fieldsets(self, request: Any, obj: ProgressEntry | None = None) -> list[Any]:
        if self.mode(request, obj) != "edit":
            return [(None, {"fields": self._filled(obj)})]
        if obj is not None and obj.is_void:
            return [(None, {"fields": ["reason", "source_ref"]})]
        occasion = self.occasion(request, obj)
        head = ["target", "part", "period"] if obj is None else []
        if occasion.comes_after_closing or (obj is not None and obj.revision_no > 1):
            head.append("reason")
        if occasion.is_for_another:
            head.append("from_paper")
        figure = ["value", "preliminary"] if occasion.carries_figure else []
        words = [*WORDS, "same"] if occasion.last_plans else [*WORDS]
        if occasion.part == ProgressEntry.Part.STATISTIC:
            main, folded = [*figure, *ABOUT_THE_FIGURE], [*WORDS, *PLANS]
        elif occasion.carries_figure:
            main, folded = [*figure, *words], [*ABOUT_THE_FIGURE, *PLANS]
        else:
            main, folded = words, [*PLANS]
        return [
            (None, {"fields": [*head, "answer", *main]}),
            (_("More (only if there is something to say)"), {"fields": folded, "classes": ["collapse"]}),
        ]

    def get_readonly_fields(self, request: Any, obj: ProgressEntry | None = None) -> list[str]:
        return [] if self.mode(request, obj) == "edit" else self._filled(obj)

    @staticmethod
    def _filled(obj: ProgressEntry) -> list[str]:
        """What was answered; empty fields say nothing to a reader."""
        if obj.is_void:
            return ["period", "reason", "source_ref"]
        given = [
            name
            for name in (*WORDS, *PLANS, *ABOUT_THE_FIGURE, "reason")
            if getattr(obj, name) not in (None, "")
        ]
        figure = ["figure"] if obj.value is not None else []
        nodes = ["nodes"] if obj.completions.exists() else []
        return ["period", "answer", *figure, *nodes, *given]

    @admin.display(description=_("this value"))
    def figure(self, entry: ProgressEntry) -> str:
        named = explain.figure_name(entry.target, entry.period)
        text = f"{named}　{explain.quantity(entry.value, entry.target.unit_of_measure)}"
        return _("%(figure)s (preliminary)") % {"figure": text} if entry.preliminary else text

    @admin.display(description=_("nodes completed"))
    def nodes(self, entry: ProgressEntry) -> str:
        done = entry.completions.select_related("milestone")
        return format_html_join(
            "", "<div>{}　{}</div>", ((c.milestone, explain.day(c.completed_on)) for c in done)
        )

    @staticmethod
    def doubts(entry: ProgressEntry | None, form: Any) -> list[str]:
        """What the author is asked, or what the reviewer should look at twice."""
        found = form.doubts if hasattr(form, "doubts") else entry.doubts()
        words = [explain.doubt(doubt) for doubt in found]
        if entry is not None and (figure := old_figure_in_words(entry)):
            words.append(
                _("The words still say %(figure)s, the figure that is corrected.") % {"figure": figure}
            )
        return words

    def get_inlines(self, request: Any, obj: ProgressEntry | None) -> list[Any]:
        editing = self.mode(request, obj) == "edit" and not (obj and obj.is_void)
        return [CompletionInline] if editing and self.occasion(request, obj).has_nodes else []

    def get_formset_kwargs(self, request: Any, obj: Any, inline: Any, prefix: str) -> dict[str, Any]:
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        # On adding Django passes an unsaved instance; the occasion is the request's then.
        nodes = self.occasion(request, obj if obj.pk else None).nodes_left
        return kwargs | {"initial": [{"milestone": node.pk} for node in nodes]}
