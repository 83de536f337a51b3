"""The plans that the two newspaper articles state. They hold promises only, never progress."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from targets.seed import plans

CODES = ("WH25", "WH22")


def load(at: datetime | None = None) -> None:
    """Write the plans that are missing; one that exists stays as people have made it."""
    with transaction.atomic():
        for code in CODES:
            plans.load(plans.read(code), at)
