"""That the tracker asks no database for more than Django does.

SQLite as the least that one may offer, where bulk inserts tell no keys and CHECK constraints are not made:

    .venv/bin/python -m pytest --ds tests.portable.settings tests/models tests/views

MariaDB, where || means OR: the registers of the demonstration there are those on SQLite. The driver is no
part of what the tracker runs on, and goes where PYTHONPATH finds it (pip install --target FOLDER PyMySQL):

    MARIADB=/run/mysqld/mysqld.sock PYTHONPATH=FOLDER .venv/bin/python -m tests.portable
"""
