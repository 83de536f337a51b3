"""What is read of a plan on a day: its rows, their columns and their sums.

A new column of the table and the workbook:

1. If it is a new fact: the field in targets/models/ with a migration. If it changes with the verdict, it
   belongs to Assessment and rules/. Then a property of RegisterRow (row.py), made only from what a
   Listing (listing.py) reads; add there what is missing, never a query per row.
2. One Column(...) in columns.py. It shows wherever it has a heading: page, terminal, data (JSON and CSV),
   sheet (the workbook, with a width); with `sort` the page sorts by it. Its kind decides how each place
   writes it. The list stands in the order of the offices' form; `after` says where a place has it elsewhere.
3. The page's and the terminal's headings in targets/locale/. Only a cell with more than words in it needs
   its own branch in templates/targets/parts/row.html.
4. Tests: tests/register/test_columns.py holds every column to its places by itself. A new heading of the
   form goes into HEADINGS of tests/workbooks/test_progress.py, a new key into KEYS of
   tests/management/test_status.py.
"""
