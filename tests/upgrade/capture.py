"""Captures the state of this release, before a migration is added to those that are out.

    python3 manage.py shell -c "from tests.upgrade.capture import capture; capture()"

It makes a database of its own, as `quickstart` does on a fixed day, and writes all rows and the registers
to `tests/upgrade/<newest migration>.json.gz`. Nobody can sign in: no account has a password.
"""

import tempfile
from pathlib import Path

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from targets.seed import accounts, articles, demonstration
from targets.seed.papers import moment
from tests.upgrade import state
from tests.upgrade.database import empty_database


def capture() -> None:
    with tempfile.TemporaryDirectory() as folder, empty_database(Path(folder)):
        call_command("migrate", verbosity=0)
        at = moment(state.DAY, 9)
        articles.load(at)
        accounts.load()
        demonstration.load(state.DAY)
        get_user_model().objects.update(password="!", date_joined=at)
        ((_app, newest),) = MigrationLoader(connection).graph.leaf_nodes("targets")
        path = state.write(newest)
    print(f"{path.name}: {path.stat().st_size:,} bytes")
