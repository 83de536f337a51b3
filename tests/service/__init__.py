"""The product as an office runs it: a data folder, a database, gunicorn, and people at their desks.

For the commands that try it under load and under faults. All but `town` and `stored` works without Django:
these two run beside the service as `manage.py` does, in its folder and on its database.
"""
