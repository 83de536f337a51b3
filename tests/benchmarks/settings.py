"""The service's settings, with the peer's pages beside its own."""

from tracker.settings import *  # noqa: F403
from tracker.settings import STORAGES

ROOT_URLCONF = "tests.benchmarks.peer"
# Hashed names need collectstatic first; neither side is to pay for them.
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
