"""What holds for all tests."""

import pytest
from django.conf import settings
from django.db import connection
from hypothesis import settings as hypothesis_settings

hypothesis_settings.register_profile("tracker", deadline=None, derandomize=True, print_blob=False)
hypothesis_settings.load_profile("tracker")


def pytest_configure():
    # the hashed names need collectstatic
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    # a strong hash takes a third of a second for each account and sign-in
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, tmp_path_factory):
    """SQLite in a file: in memory, threads share one connection and nothing is as it will be in use."""
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = tmp_path_factory.mktemp("database") / "test.sqlite3"
