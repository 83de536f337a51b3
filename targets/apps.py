from __future__ import annotations

import gc

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

# Rows by the thousand are objects by the million, and none of them is rubbish. With Python's usual 700 the
# collector took a quarter of the time in which 2,000 reports are read in from a sheet.
OBJECTS_BETWEEN_COLLECTIONS = 10_000


class TargetsConfig(AppConfig):
    name = "targets"
    verbose_name = _("Government targets")

    def ready(self) -> None:
        gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
