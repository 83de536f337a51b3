"""Filled forms as LibreOffice opens them, with what their formulas say then."""

from __future__ import annotations

import subprocess
from pathlib import Path

from targets.reading.sheet import read
from targets.reading.sheet.cells import place_of
from tests.filing.libreoffice import SOFFICE
from tests.superior.forms import Form


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
