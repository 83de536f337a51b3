"""Which sheet of a superior's workbook is to be filled."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from targets.reading.sheet import Sheet
from targets.reading.superior.layout import Layout
from targets.reading.superior.wording import is_of_place, names_place


def likeliest(sheets: Sequence[Sheet], town: str, mapped: Collection[str]) -> list[Sheet]:
    """First those that are seen, then those of no other town, not mapped yet, and of our name."""

    def rank(sheet: Sheet) -> tuple[bool, ...]:
        is_ours = names_place(sheet.name, town)
        is_of_others = is_of_place(sheet.name) and not is_ours
        return sheet.is_hidden, is_of_others, sheet.name in mapped, not is_ours

    return sorted(sheets, key=rank)


def unmapped(sheets: Sequence[Sheet], layout: Layout, mapped: Collection[str]) -> list[str]:
    """The names of further sheets that are seen and have headings: they could be filled in, too."""
    free = (each for each in sheets if not each.is_hidden and each.name not in mapped)
    return [each.name for each in free if Layout.of(each, layout.year, layout.town)]


def alike(sheets: Sequence[Sheet], layout: Layout) -> list[str]:
    """The names of those with the same headings: one for each month or town."""
    told = {column.label for column in layout.columns}
    seen = {each.name: Layout.of(each, layout.year, layout.town) for each in sheets if not each.is_hidden}
    return [name for name, found in seen.items() if found and {each.label for each in found.columns} == told]
