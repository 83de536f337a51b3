"""The service's settings on a MariaDB at the socket that MARIADB names."""

import os

import pymysql

from tracker.settings import *  # noqa: F403
from tracker.settings import DATABASES

pymysql.install_as_MySQLdb()
DATABASES["default"] = {
    "ENGINE": "django.db.backends.mysql",
    "NAME": "tracker_portable",
    "USER": os.environ.get("MARIADB_USER", "root"),
    "OPTIONS": {"unix_socket": os.environ["MARIADB"], "charset": "utf8mb4"},
}
