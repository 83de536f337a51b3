"""Fills every form, lets LibreOffice open each, and checks what its formulas say then."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.measure import databases  # its package sets up the service; so it comes first

from django.conf import settings  # isort: skip

from targets.workbooks.superior import fill  # isort: skip
from tests.factories import coordinator  # isort: skip
from tests.superior.forms import FORMS  # isort: skip
from tests.superior.opened import recalculated, wrong  # isort: skip
from tests.superior.world import JULY, mapped, world  # isort: skip


def main() -> int:
    faults = 0
    with TemporaryDirectory() as name, databases("superior") as made:
        made.use("superior")
        folder = Path(name)
        settings.MEDIA_ROOT = str(folder / "kept")
        plan = world()
        forms = {name: make() for name, make in FORMS.items()}
        paths = {name: folder / f"{place}.xlsx" for place, name in enumerate(forms)}
        for name, form in forms.items():
            stored = mapped(plan, form.content, name)
            told = fill(stored, plan.periods.get(number=6), viewer=coordinator(), today=JULY)
            paths[name].write_bytes(told.content)
        recalculated(list(paths.values()), folder)
        for name, form in forms.items():
            opened = folder / "opened" / paths[name].name
            found = wrong(form, opened.read_bytes()) if opened.exists() else {"file": "did not open"}
            faults += bool(found)
            print(f"{name}: {found or 'as it should be'}")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
