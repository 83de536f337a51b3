"""The file as a container: what it is by its first bytes, and its parts, each unpacked within the budget."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator, Mapping

from targets.reading.sheet.limits import MEGABYTE, Budget, FileRefusal

_CHUNK = 256 * 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ARCHIVES = (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")
_MACROS = ("xl/vbaproject.bin",)
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError, IndexError)


class Container:
    """The parts of an .xlsx file by their names. Raises FileRefusal for a file of another kind."""

    def __init__(self, data: bytes, budget: Budget) -> None:
        self.budget = budget
        limits = budget.limits
        if not data:
            raise FileRefusal("file_is_empty")
        if len(data) > limits.size:
            raise FileRefusal("file_is_large", most=limits.size // MEGABYTE)
        if not data.startswith(b"PK\x03\x04"):
            raise FileRefusal(_kind_of(data))
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _DAMAGE:
            raise FileRefusal("file_is_damaged") from None
        entries = self._zip.infolist()
        if len(entries) > limits.parts:
            raise FileRefusal("file_has_many_parts", most=limits.parts)
        self._entries = {_plain(entry.filename): entry for entry in entries}
        if any(entry.flag_bits & 1 for entry in entries):
            raise FileRefusal("file_is_encrypted")
        self._refuse_other_kinds()

    def __contains__(self, name: str) -> bool:
        return _plain(name) in self._entries

    @property
    def names(self) -> list[str]:
        return list(self._entries)

    def repacked(self, changed: Mapping[str, bytes]) -> bytes:
        """The file with these parts in place of its own; every other part holds the same bytes."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as packed:
            for name, entry in self._entries.items():
                told = zipfile.ZipInfo(entry.filename, entry.date_time)
                told.compress_type = zipfile.ZIP_DEFLATED if entry.compress_type else zipfile.ZIP_STORED
                told.external_attr, told.create_system = entry.external_attr, entry.create_system
                content = changed[name] if name in changed else b"".join(self.chunks(name))
                packed.writestr(told, content)
        return out.getvalue()

    def chunks(self, name: str) -> Iterator[bytes]:
        """The part piece by piece, unpacked; the budget counts what comes out, not what the file claims."""
        entry = self._entries.get(_plain(name))
        if entry is None:
            raise FileRefusal("file_is_damaged")
        if entry.file_size > self.budget.bytes_left:
            raise FileRefusal("file_unpacks_large", most=self.budget.limits.unpacked // MEGABYTE)
        try:
            with self._zip.open(entry) as part:
                while piece := part.read(_CHUNK):
                    self.budget.spend_bytes(len(piece))
                    yield piece
        except FileRefusal:
            raise
        except (*_DAMAGE, RuntimeError):
            raise FileRefusal("file_is_damaged") from None

    def _refuse_other_kinds(self) -> None:
        names = self._entries
        if any(name in names for name in _MACROS):
            raise FileRefusal("file_has_macros")
        if "xl/workbook.bin" in names:
            raise FileRefusal("file_is_xlsb")
        if "[content_types].xml" in names:
            if any(name.startswith("word/") for name in names):
                raise FileRefusal("file_is_word")
            if any(name.startswith("ppt/") for name in names):
                raise FileRefusal("file_is_other")
        elif "mimetype" in names and "content.xml" in names:
            raise FileRefusal("file_is_ods")
        elif "xl/workbook.xml" not in names:
            raise FileRefusal("file_is_archive")


def beside(part: str, target: str) -> str:
    """The name of a part that another part refers to: worksheets/sheet1.xml, /xl/worksheets/sheet1.xml."""
    return _plain(posixpath.normpath(posixpath.join("/", posixpath.dirname(part), target.replace("\\", "/"))))


def _plain(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _kind_of(data: bytes) -> str:
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if data.startswith(_OLE):
        return _ole_kind(data)
    if data.startswith(_ARCHIVES):
        return "file_is_archive"
    if len(data) == 165 and data[0] < 64:
        return "file_is_lock"
    if b"<html" in head or b"<table" in head or b"<!doctype html" in head:
        return "file_is_html"
    if head.startswith(b"<?xml") or b"schemas-microsoft-com:office:spreadsheet" in head:
        return "file_is_xml"
    if data.startswith(b"PK"):
        return "file_is_damaged"
    return "file_is_text" if _is_text(data[:4096]) else "file_is_other"


def _ole_kind(data: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return "file_is_encrypted"
    if "WordDocument".encode("utf-16-le") in data:
        return "file_is_word"
    sheets = ("Workbook", "Book", "ETExtData")
    return "file_is_old" if any(name.encode("utf-16-le") in data for name in sheets) else "file_is_other"


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return not any(byte < 9 or 13 < byte < 32 for byte in head)
