"""What holds for all tests."""

import re
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
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


@pytest.fixture(autouse=True)
def _files_of_its_own(settings, tmp_path_factory):
    """Files stay when a test's rows are rolled back; the next test finds none of them."""
    settings.MEDIA_ROOT = tmp_path_factory.getbasetemp() / "files" / uuid4().hex


WRITTEN = re.compile(r'(?:INSERT INTO|DELETE FROM) "(?:targets|auth)_(\w+)"')
# the ledger follows from the facts; drafts of forms, sign-ins and old passwords are no act of their own
NO_ACT = {"assessment", "formdraft", "passwordrecord", "auditseal"}


@pytest.fixture(autouse=True)
def _every_write_leaves_a_record(monkeypatch):
    """In every test: a page that adds or deletes a row of the office also writes a record."""
    send = Client.request

    def request(self, **environ):
        written = set()

        def watch(execute, sql, params, many, context):
            if found := WRITTEN.match(sql):
                written.add(found[1])
            elif sql.startswith("ROLLBACK"):
                written.clear()
            return execute(sql, params, many, context)

        with connection.execute_wrapper(watch):
            answer = send(self, **environ)
        if environ.get("REQUEST_METHOD") == "POST" and answer.status_code == 302:
            acts = written - NO_ACT
            assert not acts or "auditrecord" in acts, f"no record of what was written: {acts}"
        return answer

    monkeypatch.setattr(Client, "request", request)
