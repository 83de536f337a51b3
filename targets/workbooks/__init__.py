"""The register as the offices' own forms, in .xlsx."""

from targets.workbooks.book import EDITIONS, SHEETS, Written, file_name, write_workbook

__all__ = ["EDITIONS", "SHEETS", "Written", "file_name", "write_workbook"]
