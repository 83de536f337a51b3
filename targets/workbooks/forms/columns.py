"""The register's columns, for forms that show some of them."""

from dataclasses import replace

from targets.register.columns import Column, Kind, shown
from targets.register.row import RegisterRow
from targets.workbooks.content import SUPERIOR

_BY_KEY = {column.key: column for column in shown("sheet")}


def superior(width: float) -> Column[RegisterRow]:
    """区下达, after the year's own goal; a sheet leaves it out where the plan knows none."""
    return Column(SUPERIOR, Kind.NUMBER, lambda row: row.target.superior_value, sheet="区下达", width=width)


def registered(*keys: str, **widths: float) -> tuple[Column[RegisterRow], ...]:
    """The columns of these keys in this order, some of them in another width."""
    return tuple(replace(_BY_KEY[key], width=widths.get(key, _BY_KEY[key].width)) for key in keys)


def dated_title(row: RegisterRow) -> str:
    """The target, with the months of a figure that is older than its column says."""
    older = row.months_of_older_figure
    return f"{row.target.title}（{older}）" if older else row.target.title
