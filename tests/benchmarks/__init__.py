"""Benchmarks: commands, never part of the tests.

They run beside the settings of the service, with folders of their own that go with the process.
"""

import atexit
import os
import shutil
import tempfile

import django

_folder = tempfile.mkdtemp(prefix="tracker-benchmarks-")
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
os.environ |= {
    "TRACKER_DATA": _folder,
    "TRACKER_DEBUG": "0",
    "DJANGO_SETTINGS_MODULE": "tests.benchmarks.settings",
}
django.setup()
