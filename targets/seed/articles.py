"""The plans that the two newspaper articles state. They hold promises only, never progress."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from targets.seed import plans

CODES = ("WH25", "WH22")


def load(at: datetime | None = None) -> None:
    """Write the missing plans; a plan that exists is not changed."""
    with transaction.atomic():
        for code in CODES:
            plans.load(plans.read(code), at)
