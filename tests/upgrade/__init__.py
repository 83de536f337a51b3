"""Data of earlier releases, brought to this one by the migrations: every past table reads as it did.

`<migration>.json.gz` is one such state: all rows as a database at that migration held them, and the
registers that the code of its day showed. `capture` writes the next one. What is meant to read
otherwise stands in `test_upgrade.py` with its reason. A migration that is out stays as it is, and none
reads code that goes on changing.
"""
