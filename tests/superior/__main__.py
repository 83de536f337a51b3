"""Fills every form, lets LibreOffice open each, and checks what its formulas say then."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.measure import databases  # its package sets up the service; so it comes first

from django.conf import settings  # isort: skip

from targets.workbooks.superior import fill  # isort: skip
from targets.reading.sheet import read  # isort: skip
from targets.reading.sheet.cells import place_of  # isort: skip
from tests.factories import coordinator  # isort: skip
from tests.filing.libreoffice import SOFFICE  # isort: skip
from tests.superior.forms import FORMS, Form  # isort: skip
from tests.superior.world import JULY, mapped, world  # isort: skip


def recalculated(paths: list[Path], folder: Path) -> None:
    """Open each file and save it again; LibreOffice works out what has no result."""
    into = folder / "opened"
    profile = f"-env:UserInstallation=file://{folder}/profile"
    kind = ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(into)]
    command = [str(SOFFICE), "--headless", "--norestore", profile, *kind, *map(str, paths)]
    subprocess.run(command, check=True, capture_output=True, timeout=400)


def wrong(form: Form, content: bytes) -> dict[str, object]:
    """Address → what stands there, of formulas and filled cells that say something else."""
    sheet = next(sheet for sheet in read(content).sheets if sheet.name == form.sheet)
    found = {}
    for place, value in {**form.cells, **form.total}.items():
        cell = sheet.cells.get(place_of(place))
        said = cell.value if cell else None
        same = said == value if isinstance(value, str) else abs(float(said or 0) - float(value)) < 1e-6
        if not same:
            found[place] = said
    return found


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
