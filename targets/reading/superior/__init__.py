"""A form that a superior hands down (上级报表): its headings, its rows, and what each column seems to hold.

Nothing is found again by its place. A column is known by its headings and a row by its title or number; by
these labels a later copy of the form is filled though rows moved and columns were added.
"""

from targets.reading.superior.columns import FILLED, HOLDS, PREVIOUS, TOGETHER, Column, is_filled
from targets.reading.superior.layout import Layout, Row, factor
from targets.reading.superior.sheets import alike, likeliest, unmapped

__all__ = [
    "FILLED",
    "HOLDS",
    "PREVIOUS",
    "TOGETHER",
    "Column",
    "Layout",
    "Row",
    "alike",
    "factor",
    "is_filled",
    "likeliest",
    "unmapped",
]
