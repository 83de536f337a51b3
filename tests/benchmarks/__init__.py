"""Benchmarks: commands, never part of the tests.

They run beside the settings of the service, with folders of their own that go with the process.
"""

import atexit
import os
import shutil
import tempfile

import django

if "BENCH_DATABASE" not in os.environ:  # else the server that is measured, which shares all that is here
    _folder = tempfile.mkdtemp(prefix="tracker-benchmarks-")
    atexit.register(shutil.rmtree, _folder, ignore_errors=True)
    os.environ |= {
        "TRACKER_DATA": _folder,
        "TRACKER_DEBUG": "0",
        "DJANGO_SETTINGS_MODULE": "tests.benchmarks.settings",
    }
    django.setup()
