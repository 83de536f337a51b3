"""An .xlsx file as it arrives: its bytes become sheets of typed cells with their addresses, or a refusal.

    book = read(data)
    book.sheets[0].cells[(3, 2)].text    # B3 as a person sees it

The parts are streamed through expat, not through openpyxl: that has no merged cells and no hidden rows when
it streams, does not know Excel's Chinese date formats or the strict form of the files, and gives formulas or
their results, never both. Whatever the file says, `Limits` bound what is unpacked, kept and waited for.
"""

from targets.reading.sheet.book import Book, Sheet, read
from targets.reading.sheet.cells import Cell, address
from targets.reading.sheet.limits import REFUSALS, FileRefusal, Limits

__all__ = ["REFUSALS", "Book", "Cell", "FileRefusal", "Limits", "Sheet", "address", "read"]
