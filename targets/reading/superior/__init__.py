"""A form that a superior hands down (上级报表): its headings, its rows, and what each column seems to hold.

Nothing is found again by its place. A column is known by its headings and a row by its title or number; by
these labels a later copy of the form is filled though rows moved and columns were added.
"""

from targets.reading.superior.columns import FILLED, HOLDS, PREVIOUS, Column
from targets.reading.superior.layout import Layout, Row, factor

__all__ = ["FILLED", "HOLDS", "PREVIOUS", "Column", "Layout", "Row", "factor"]
