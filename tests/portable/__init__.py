"""SQLite as the least that a database of Django's may offer, to run the tests on.

    .venv/bin/python -m pytest --ds tests.portable.settings tests/models tests/views

Bulk writes return no ids, CHECK constraints are not made, and a lock cannot leave keys out.
"""
