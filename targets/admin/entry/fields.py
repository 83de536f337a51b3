"""Which fields an entry's page shows, in which order."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import prefetch_related_objects
from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from targets import explain
from targets.filing.occasion import Occasion
from targets.models import ProgressEntry

WORDS = ("narrative", "issues", "next_steps")
ABOUT_THE_FIGURE = ("yoy", "published_rank", "source_ref", "published_on")
PLANS = ("support_needed", "catch_up_on")


def to_type(occasion: Occasion, entry: ProgressEntry | None) -> list[Any]:
    """Return the fieldsets for the author: usual fields of this part first, the rest folded."""
    if entry is not None and entry.is_void:
        return [(None, {"fields": ["reason", "source_ref"]})]
    head = ["target", "part", "period"] if entry is None else []
    if occasion.comes_after_closing or (entry is not None and entry.revision_no > 1):
        head.append("reason")
    if occasion.is_for_another:
        head.append("from_paper")
    value = ["value", "preliminary"] if occasion.carries_figure else []
    value += ["forecast"] if occasion.takes_forecast else []
    words = [*WORDS, "same"] if occasion.last_plans else [*WORDS]
    if occasion.part == ProgressEntry.Part.STATISTIC:
        main, folded = [*value, *ABOUT_THE_FIGURE], [*WORDS, *PLANS]
    elif occasion.carries_figure:
        main, folded = [*value, *words], [*ABOUT_THE_FIGURE, *PLANS]
    else:
        main, folded = [*value, *words], [*PLANS]
    return [
        (None, {"fields": [*head, "answer", *main, "evidence"]}),
        (_("More (only if there is something to say)"), {"fields": folded, "classes": ["collapse"]}),
    ]


@admin.display(description=_("this value"))
def figure(entry: ProgressEntry) -> str:
    named = explain.figure_name(entry.target, entry.period)
    text = f"{named}　{explain.quantity(entry.value, entry.target.unit_of_measure)}"
    return _("%(figure)s (preliminary)") % {"figure": text} if entry.preliminary else text


@admin.display(description=_("forecast for the whole year"))
def expected(entry: ProgressEntry) -> str:
    return explain.quantity(entry.forecast, entry.target.unit_of_measure)


@admin.display(description=_("nodes completed"))
def nodes(entry: ProgressEntry) -> str:
    done = ((each.milestone, explain.day(each.completed_on)) for each in entry.completions.all())
    return format_html_join("", "<div>{}　{}</div>", done)


@admin.display(description=_("evidence"))
def evidence(entry: ProgressEntry) -> str:
    files = (each.file for each in entry.evidence.all())
    return render_to_string("admin/targets/parts/files.html", {"files": files})


def to_read(entry: ProgressEntry) -> list[Any]:
    """Return the answered fields; empty fields are left out."""
    if entry.is_void:
        return ["period", "reason", "source_ref"]
    prefetch_related_objects([entry], "evidence")
    answered = (*WORDS, *PLANS, *ABOUT_THE_FIGURE, "reason")
    given = [name for name in answered if getattr(entry, name) not in (None, "")]
    told: list[Any] = [figure] if entry.value is not None else []
    told += [expected] if entry.forecast is not None else []
    told += [nodes] if entry.completions.all() else []
    shown: list[Any] = [evidence] if entry.evidence.all() else []
    return ["period", "answer", *told, *given, *shown]
