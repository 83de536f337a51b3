"""What a file of evidence is: by the end of its name, and by its bytes; nothing in it is unpacked."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

from targets.reading.sheet.limits import MEGABYTE, FileRefusal

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MEMBER = b"PK\x01\x02"  # begins each line of a packed file's list of members
_MOST_MEMBERS = 5_000
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MACROS = "_VBA_PROJECT".encode("utf-16-le")

Check = Callable[[bytes], bool]


def kind_of(name: str, content: bytes, *, most: int) -> str:
    """The end of the name in lower case, such as `pdf`. Raises FileRefusal for a file that is not taken.

    `most`: of bytes. The first bytes have to be those of the kind, so that nothing stands before them.
    """
    kind = name.rpartition(".")[2].lower() if "." in name else ""
    if kind not in KINDS:
        raise FileRefusal("evidence_is_other")
    if not content:
        raise FileRefusal("evidence_is_empty")
    if len(content) > most:
        raise FileRefusal("evidence_is_large", most=most // MEGABYTE)
    if not KINDS[kind](content):
        raise FileRefusal("evidence_is_not_what_it_says")
    return kind


def _starts(*signs: bytes) -> Check:
    return lambda content: content.startswith(signs)


def _packed(*folders: str) -> Check:
    """An Office file with one of these folders."""

    def check(content: bytes) -> bool:
        if content.startswith(_OLE) and _ENCRYPTED in content:
            raise FileRefusal("evidence_is_encrypted")
        names = _members(content)
        if any(name.endswith("vbaproject.bin") for name in names):
            raise FileRefusal("evidence_has_macros")
        return "[content_types].xml" in names and any(name.startswith(folders) for name in names)

    return check


def _compound(*streams: str) -> Check:
    """A file of the older format with one of these streams."""
    signs = [stream.encode("utf-16-le") for stream in streams]

    def check(content: bytes) -> bool:
        if not content.startswith(_OLE):
            return False
        if _ENCRYPTED in content:
            raise FileRefusal("evidence_is_encrypted")
        if _MACROS in content:
            raise FileRefusal("evidence_has_macros")
        return any(sign in content for sign in signs)

    return check


def _either(*checks: Check) -> Check:
    return lambda content: any(check(content) for check in checks)


def _members(content: bytes) -> set[str]:
    """Names of a packed file's members; none of a file that is not packed, or whose list is too long."""
    if not content.startswith(b"PK\x03\x04") or content.count(_MEMBER) > _MOST_MEMBERS:
        return set()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return {name.replace("\\", "/").lstrip("/").lower() for name in packed.namelist()}
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError, IndexError):
        return set()


KINDS: dict[str, Check] = {
    "pdf": _starts(b"%PDF-"),
    "ofd": lambda content: "ofd.xml" in _members(content),
    "png": _starts(b"\x89PNG\r\n\x1a\n"),
    "jpg": _starts(b"\xff\xd8\xff"),
    "jpeg": _starts(b"\xff\xd8\xff"),
    "docx": _packed("word/"),
    "xlsx": _packed("xl/"),
    "wps": _either(_packed("word/"), _compound("WordDocument")),
    "et": _either(_packed("xl/"), _compound("Workbook", "Book")),
}
