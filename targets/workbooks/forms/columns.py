"""The register's columns, for forms that show some of them."""

from dataclasses import replace

from targets.register.columns import Column, shown
from targets.register.row import RegisterRow

_BY_KEY = {column.key: column for column in shown("sheet")}


def registered(*keys: str, **widths: float) -> tuple[Column[RegisterRow], ...]:
    """The columns of these keys in this order, some of them in another width."""
    return tuple(replace(_BY_KEY[key], width=widths.get(key, _BY_KEY[key].width)) for key in keys)
