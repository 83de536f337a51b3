"""Filing: the occasion of an entry, the lines of the desks, and what needs a second look.

By workbook: `sheet` is the layout and the keys of 填报表, `returned` reads one that came back, `intake` says
what its rows would change and writes them by the one writer of many entries. workbooks/ writes the sheet.
"""
