"""A second program fills in the sheet: LibreOffice, by a macro of its own, as a person would type."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from xml.sax.saxutils import escape

SOFFICE = shutil.which("soffice")

# What cannot be typed because a cell is locked is told in the file that is named last.
_MACRO = """
Sub Fill(source As String, target As String, orders As String, refused As String)
  Dim how(1) As New com.sun.star.beans.PropertyValue
  how(0).Name = "Hidden" : how(0).Value = True
  book = StarDesktop.loadComponentFromURL(source, "_blank", 0, how())
  sheet = book.Sheets.getByIndex(0)
  told = FreeFile
  Open refused For Output As #told
  given = FreeFile
  Open orders For Input As #given
  Do While Not EOF(given)
    Line Input #given, order
    parts = Split(order, Chr(9))
    cell = sheet.getCellRangeByName(parts(0))
    If cell.CellProtection.IsLocked And sheet.isProtected() Then
      Print #told, parts(0)
    Else
      cell.setFormula(parts(1))
    End If
  Loop
  Close #given
  Close #told
  how(0).Name = "FilterName" : how(0).Value = "Calc MS Excel 2007 XML"
  book.storeToURL(target, how())
  book.close(True)
End Sub
"""
_MODULE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Fill"
 script:language="StarBasic">
{macro}</script:module>
"""
_LIBRARY = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard"
 library:readonly="false" library:passwordprotected="false"><library:element library:name="Fill"/>
</library:library>
"""


def fill(content: bytes, typed: dict[str, str], folder: Path) -> tuple[bytes, list[str]]:
    """The sheet as LibreOffice saves it, with address → text typed into it; and which cells were locked."""
    profile = folder / "profile"
    _run(profile, "--terminate_after_init")
    library = profile / "user/basic/Standard"
    library.mkdir(parents=True, exist_ok=True)
    (library / "Fill.xba").write_text(_MODULE.format(macro=escape(_MACRO)))
    (library / "script.xlb").write_text(_LIBRARY)
    before, after, orders, refused = (folder / name for name in ("a.xlsx", "b.xlsx", "orders", "refused"))
    before.write_bytes(content)
    orders.write_text("".join(f"{place}\t{text}\n" for place, text in typed.items()), encoding="utf-8")
    given = ",".join([before.as_uri(), after.as_uri(), str(orders), str(refused)])
    _run(profile, f"macro:///Standard.Fill.Fill({given})")
    return after.read_bytes(), refused.read_text().split()


def _run(profile: Path, order: str) -> None:
    command = [str(SOFFICE), "--headless", "--norestore", f"-env:UserInstallation=file://{profile}", order]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
