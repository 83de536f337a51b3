"""Reads typed, pasted or uploaded text, cells and files into values, or refuses them and names the fault.

Pure Python. A table comes in by three doors, `pasted.cells`, `clipboard.read` and `sheet.read`; all give rows
of text (`grid`), which `pasted.Table` reads. A workbook that was sent out for comments is read by `returned`.
"""
