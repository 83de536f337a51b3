"""One part of the file, parsed as it is unpacked: no document type, no entity, no deep nesting."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol
from xml.parsers import expat

from targets.reading.sheet.limits import MEGABYTE, FileRefusal

_DEEPEST = 100
_LONGEST_TAG = 2 * MEGABYTE  # expat holds a tag or comment whole until it ends


class Handler(Protocol):
    """Told of each element by its name without a prefix, so that both forms of the files are read alike."""

    def start(self, name: str, attributes: dict[str, str]) -> None: ...
    def end(self, name: str) -> None: ...
    def text(self, words: str) -> None: ...


def parse(chunks: Iterable[bytes], handler: Handler) -> None:
    """Raises FileRefusal for what is no well-formed part; what `handler` raises comes through."""
    depth = 0
    local: dict[str, str] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise FileRefusal("file_is_damaged")
        known = local.get(name)
        if known is None:
            known = local[name] = name.rpartition(":")[2]
        handler.start(known, attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        handler.end(local[name])

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = handler.text
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = _refuse_dtd
    fed = 0
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
            fed += len(chunk)
            if fed - parser.CurrentByteIndex > _LONGEST_TAG:
                raise FileRefusal("file_is_damaged")
        parser.Parse(b"", True)
    except FileRefusal:
        raise
    except (expat.ExpatError, LookupError, ValueError):  # the last two: an encoding that it does not know
        raise FileRefusal("file_is_damaged") from None


def _refuse_dtd(*_what: object) -> None:
    raise FileRefusal("file_has_dtd")
