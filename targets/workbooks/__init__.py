"""The register as the offices' own forms, in .xlsx.

A new form: a file in forms/ with a `Sheet`, its name in `SHEETS` (book.py). It reads the rows, or what
`Content` counts from them; `sheets` writes it in both editions. `filing_sheet` is the sheet that comes back.
"""

from targets.workbooks.book import EDITIONS, SHEETS, USUAL, Written, check, file_name, write_workbook

__all__ = ["EDITIONS", "SHEETS", "USUAL", "Written", "check", "file_name", "write_workbook"]
