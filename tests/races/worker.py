"""What every process of a race starts with: the application, on the database under test."""

import os
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier

import django

from tests.conftest import pytest_configure

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
pytest_configure()
django.setup()

from django.db import connection  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402

# Real processes, each a cheap copy of one that has the application loaded.
CONTEXT = get_context("forkserver")
CONTEXT.set_forkserver_preload([__name__])
PATIENCE = 60  # seconds: who waits longer waits for somebody who failed

meeting: Barrier | None = None


def prepare(database, barrier):
    global meeting
    connection.settings_dict.update(database)
    setup_test_environment()
    meeting = barrier


def meet():
    """Wait for all others."""
    meeting.wait(PATIENCE)
