"""The frame of the page, for the templates that draw it; made once for a request."""

from __future__ import annotations

from typing import Any, cast

from django import template
from django.template import Context
from django.utils import timezone

from targets.frame import Frame

register = template.Library()


@register.simple_tag(takes_context=True)
def frame(context: Context) -> Frame | None:
    """None for whoever has not signed in, or whom the page takes for somebody else until they say so."""
    request, reader = context.get("request"), context.get("user")
    if request is None or reader is None or not reader.is_authenticated:
        return None
    if not hasattr(request, "frame"):
        request.frame = Frame(request, cast(dict[str, Any], context.flatten()), timezone.localdate())
    return cast(Frame, request.frame)
