"""SQLite as the least that a database of Django's may offer, to run the tests on.

    DJANGO_SETTINGS_MODULE=tests.portable.settings python3 manage.py test tests/models tests/views

Bulk writes return no ids, CHECK constraints are not made, and a lock cannot leave keys out.
"""
