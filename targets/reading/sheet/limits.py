"""How much of a file is read, and why a file is refused."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

MEGABYTE = 1024 * 1024

# key: the names of its parameters, all of them strings; the words live outside this package
REFUSALS: dict[str, tuple[str, ...]] = {
    "file_is_empty": (),
    "file_is_large": ("most",),  # megabytes
    "file_is_encrypted": (),
    "file_is_old": (),  # .xls, .et
    "file_is_text": (),  # .csv, .txt
    "file_is_html": (),  # a web page named .xls
    "file_is_xml": (),  # the XML table of Excel 2003
    "file_is_word": (),
    "file_is_ods": (),
    "file_is_xlsb": (),
    "file_is_archive": (),  # .zip, .rar, .7z
    "file_is_lock": (),  # ~$…, what Excel keeps beside an open file
    "file_is_other": (),
    "file_has_macros": (),
    "file_is_damaged": (),
    "file_has_dtd": (),
    "file_unpacks_large": ("most",),  # megabytes
    "file_has_many_parts": ("most",),
    "file_takes_long": (),
    "file_has_no_sheet": (),
    "file_has_much_text": ("most",),
    "sheet_has_many_rows": ("sheet", "most"),
    "sheet_has_many_columns": ("sheet", "most"),
    "sheet_has_many_cells": ("sheet", "most"),
    "evidence_is_other": (),  # by the end of its name
    "evidence_is_empty": (),
    "evidence_is_large": ("most",),  # megabytes
    "evidence_is_not_what_it_says": (),  # by its bytes
    "evidence_is_encrypted": (),
    "evidence_has_macros": (),
}


class FileRefusal(ValueError):
    """The file cannot be read: `key` and `params` as listed in `REFUSALS`."""

    def __init__(self, key: str, **params: object) -> None:
        super().__init__(key, params)
        self.key = key
        self.params = {name: str(value) for name, value in params.items()}


@dataclass(frozen=True, slots=True)
class Limits:
    """Rows and columns are counted up to the last cell that holds something."""

    size: int = 10 * MEGABYTE
    unpacked: int = 64 * MEGABYTE  # of the parts that are read
    parts: int = 2_000
    rows: int = 20_000
    columns: int = 256
    cells: int = 200_000
    characters: int = 4_000_000
    seconds: float = 4.0  # of the processor: a busy machine refuses no file


@dataclass(slots=True)
class Budget:
    """What is left of the limits while one file is read."""

    limits: Limits
    bytes_left: int = field(init=False)
    characters_left: int = field(init=False)
    cells_left: int = field(init=False)
    ends_at: float = field(init=False)

    def __post_init__(self) -> None:
        self.bytes_left = self.limits.unpacked
        self.characters_left = self.limits.characters
        self.cells_left = self.limits.cells
        self.ends_at = time.thread_time() + self.limits.seconds

    def spend_bytes(self, count: int) -> None:
        self.bytes_left -= count
        if self.bytes_left < 0:
            raise FileRefusal("file_unpacks_large", most=self.limits.unpacked // MEGABYTE)
        if time.thread_time() > self.ends_at:
            raise FileRefusal("file_takes_long")

    def spend_characters(self, count: int) -> None:
        self.characters_left -= count
        if self.characters_left < 0:
            raise FileRefusal("file_has_much_text", most=self.limits.characters)
