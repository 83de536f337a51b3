"""Hundreds of real processes, each killed by `kill -9` at a random moment of what it does.

    .venv/bin/python -m tests.kills [--trials 80] [--only save approve …] [--seed 1]

Of each kind so many are killed: a form that is saved through gunicorn, an approval of many entries,
import_progress, export_report, migrate, backup, restore. On SQLite, or on databases of their own on the
server that DATABASE_URL names. How long the act takes is measured first; of three kills one falls into its
last third, one upon its end, where most is written. After each of them:

- the database opens, is whole (SQLite: quick_check, foreign keys) and is not locked;
- the act is there whole or not at all, and whole if it was acknowledged; of `migrate` each migration is, the
  service refuses to start, and to run it again ends with the same tables;
- kept files match their rows. Bytes without a row are allowed where `KeptFile.objects.forget` sweeps them
  up: it is asked to;
- no half-written file stands under its name. Half a file under a hidden name may be left: it goes with
  what is written into that folder a day later;
- a page that was half read stays half read: nothing is said of readers.
"""
