"""The service's settings, with the peer's pages beside its own."""

import os

from tracker.settings import *  # noqa: F403
from tracker.settings import DATABASES, STORAGES, TEMPLATES

ROOT_URLCONF = "tests.benchmarks.peer"
TEMPLATES = [*TEMPLATES, {**TEMPLATES[0], "NAME": "plain", "DIRS": []}]
if named := os.environ.get("BENCH_DATABASE"):  # of the server started beside the measuring process
    DATABASES["default"]["NAME"] = named
# Hashed names need collectstatic first; neither side is to pay for them.
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
