"""Sheets are made and read on 3 July 2025; what is kept goes with the test."""

import pytest
from django.utils import timezone

from tests.factories import at
from tests.filing.sheets import JULY


@pytest.fixture(autouse=True)
def _in_july(monkeypatch, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(timezone, "now", lambda: at(JULY))
