"""Numbers that a page put into a form or an address itself, as they come back."""

from collections.abc import Iterable


def row_key(text: str) -> int | None:
    """The key of a row, or its version; None where no page made it, as of one too long for a database."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def row_keys(texts: Iterable[str]) -> list[int]:
    return [key for key in map(row_key, texts) if key is not None]
