"""The page that asks for the target first, because everything else depends on it."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from targets.admin.base.pages import LONGEST_SEARCH
from targets.models.target.queries import TargetQuerySet
from targets.register.finding import containing

PER_PAGE = 20
NOT_OPEN = _("This target is not open to you here; please choose one of these.")
SEARCHED = ("code", "title", "lead_unit__name")


def choose_target(
    model_admin: Any,
    request: HttpRequest,
    title: Any,
    targets: TargetQuerySet,
    *,
    why: Any = "",
    status: int = 200,
) -> HttpResponse:
    """List those of `targets` that match what was searched for; each leads back here as `?target=`."""
    words = request.GET.get("q", "")[:LONGEST_SEARCH].replace("\x00", "")
    found = targets.filter(containing(words, SEARCHED))
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    shown = {"words": words, "why": why, "listed": page}
    answer: HttpResponse = model_admin.page(
        request, "parts/choose_target.html", title, status=status, **shown
    )
    return answer
