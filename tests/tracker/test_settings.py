"""Settings that are worked out from the environment."""

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from tracker import bootstrap, settings


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def parts(url):
    parsed = settings.database(url, None)
    return [parsed[name] for name in ("USER", "PASSWORD", "HOST", "PORT", "NAME")]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgres://bob:secret@db.example:5433/goals", ["bob", "secret", "db.example", "5433", "goals"]),
        ("postgresql://bob@db.example/goals", ["bob", "", "db.example", "", "goals"]),
        ("postgres://b%40b:p%2Fw%3A%23%25@[::1]/%E7%9B%AE%E6%A0%87", ["b@b", "p/w:#%", "::1", "", "目标"]),
        ("postgres://bob@/goals", ["bob", "", "", "", "goals"]),
        ("postgres:///goals", ["", "", "", "", "goals"]),
        ("postgres://bob@one:5433,two:5434/goals", ["bob", "", "one,two", "5433,5434", "goals"]),
        ("postgres://bob@one,[::1]:5434/goals", ["bob", "", "one,::1", ",5434", "goals"]),
        ("postgres://bob@one,two/goals", ["bob", "", "one,two", "", "goals"]),
    ],
)
def test_database_url_parts(url, expected):
    assert parts(url) == expected


def test_database_url_options():
    parsed = settings.database("postgres:///goals?host=/run/My%20Folder&sslmode=require", None)
    assert parsed["ENGINE"] == "django.db.backends.postgresql"
    assert parsed["OPTIONS"] == {"host": "/run/My Folder", "sslmode": "require"}
    assert (parsed["CONN_MAX_AGE"], parsed["CONN_HEALTH_CHECKS"]) == (60, True)


def test_database_url_with_a_second_server():
    parsed = settings.database("postgres://bob@one,two/goals?target_session_attrs=read-write", None)
    assert parsed["OPTIONS"] == {"target_session_attrs": "read-write"}


@pytest.mark.parametrize(
    ("asked", "disabled"), [("", False), ("?pgbouncer=1", True), ("?pgbouncer=0", False)]
)
def test_database_url_of_a_pooler(asked, disabled):
    parsed = settings.database(f"postgres:///goals{asked}", None)
    assert parsed["DISABLE_SERVER_SIDE_CURSORS"] is disabled
    assert parsed["OPTIONS"] == {}


@pytest.mark.parametrize("url", ["postgres://bob@one:x/goals", "postgres://bob@::1/goals"])
def test_database_url_with_a_port_that_is_none(url):
    with pytest.raises(ImproperlyConfigured, match="5432"):
        settings.database(url, None)


@pytest.mark.parametrize("url", ["mysql://root@localhost/goals", "goals.sqlite3"])
def test_database_url_of_another_kind_is_refused(url):
    with pytest.raises(ImproperlyConfigured, match="postgres://"):
        settings.database(url, None)


def test_room_is_a_number_of_megabytes(monkeypatch):
    assert settings.megabytes("TRACKER_ROOM", 500) == 500 * 1024 * 1024
    monkeypatch.setenv("TRACKER_ROOM", "2000")
    assert settings.megabytes("TRACKER_ROOM", 500) == 2000 * 1024 * 1024
    monkeypatch.setenv("TRACKER_ROOM", "2 GB")
    with pytest.raises(ImproperlyConfigured, match="MB"):
        settings.megabytes("TRACKER_ROOM", 500)


def test_database_without_url_is_sqlite(tmp_path):
    assert settings.database("", tmp_path)["NAME"] == tmp_path / "db.sqlite3"


@pytest.mark.django_db
def test_sqlite_is_set_up_for_many_writers():
    if connection.vendor != "sqlite":
        pytest.skip("runs on PostgreSQL")
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert cursor.execute("PRAGMA synchronous").fetchone() == (1,)
        assert cursor.execute("PRAGMA busy_timeout").fetchone() == (20000,)
    assert connection.transaction_mode == "IMMEDIATE"


def test_secret_key_is_private_and_stays(tmp_path):
    key = settings.secret_key(tmp_path / "secret_key")
    assert len(key) > 50
    assert mode(tmp_path / "secret_key") == 0o600
    assert settings.secret_key(tmp_path / "secret_key") == key


def test_secret_key_is_one_for_all_who_start_at_once(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(settings.secret_key, [tmp_path / "secret_key"] * 64))
    assert len(keys) == 1
    assert os.listdir(tmp_path) == ["secret_key"]


def test_data_folder_is_private(tmp_path):
    assert mode(settings.private_folder(tmp_path / "new" / "data")) == 0o700


def test_data_folder_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "data").touch()
    with pytest.raises(ImproperlyConfigured, match="数据目录不可写"):
        settings.private_folder(tmp_path / "data")


def test_a_secret_key_of_another_user_is_told(tmp_path, monkeypatch):
    (tmp_path / "secret_key").touch()

    def refuse(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(tmp_path), "read_text", refuse)
    with pytest.raises(ImproperlyConfigured, match="以运行本系统的用户执行"):
        settings.secret_key(tmp_path / "secret_key")


@pytest.mark.parametrize("arguments", [["-m", "django", "check"], ["-c", "import tracker.wsgi"]])
def test_wrong_settings_end_in_one_sentence(arguments, tmp_path):
    (tmp_path / "data").touch()
    refused = subprocess.run(
        [sys.executable, *arguments],
        cwd=bootstrap.BASE, text=True, encoding="utf-8", capture_output=True, timeout=60,
        env=os.environ | {
            "TRACKER_DATA": str(tmp_path / "data"), "DJANGO_SETTINGS_MODULE": "tracker.settings",
            "PYTHONIOENCODING": "utf-8",
        },
    )  # fmt: skip
    assert refused.returncode == settings.GIVEN_UP
    assert refused.stderr.count("\n") == 1
    assert "数据目录不可写" in refused.stderr


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"TRACKER_REMOTE_USER": "X-Remote-User", "TRACKER_HTTPS": "1"}, "HTTP_X_REMOTE_USER"),
        ({"TRACKER_REMOTE_USER": "HTTP_X_REMOTE_USER"}, "须由反向代理提供 HTTPS"),
        ({"TRACKER_LOGOUT_URL": "javascript:alert(1)"}, "TRACKER_LOGOUT_URL 须以"),
        ({"TRACKER_PASSWORDS": "strong"}, "plain 或 gb"),
        ({"TRACKER_SMTP": "mail.example.gov.cn:25"}, "TRACKER_SMTP 应写作"),
        ({"TRACKER_SMTP": "smtp://mail.example.gov.cn:none"}, "TRACKER_SMTP 应写作"),
        (
            {"TRACKER_ADMINS": "zhang@example.gov.cn", "TRACKER_SMTP": "smtp://mail.example"},
            "TRACKER_MAIL_FROM",
        ),
    ],
)
def test_what_would_be_open_or_means_nothing_is_refused(variables, said, tmp_path):
    refused = run("import tracker.wsgi", tmp_path, **variables)
    assert refused.returncode == settings.GIVEN_UP
    assert refused.stderr.count("\n") == 1
    assert said in refused.stderr


def test_what_the_variables_turn_into(tmp_path):
    told = run(
        "from tracker.settings import *;"
        "print(PLATFORM_HEADER, PLATFORM_PROXIES, MIDDLEWARE.index('tracker.platform.PlatformMiddleware')"
        " - MIDDLEWARE.index('django.contrib.auth.middleware.AuthenticationMiddleware'), PASSWORD_AGE.days,"
        " AUTH_PASSWORD_VALIDATORS[-1]['OPTIONS'], EMAIL_HOST, EMAIL_PORT, EMAIL_HOST_USER,"
        " EMAIL_HOST_PASSWORD, EMAIL_USE_SSL, EMAIL_USE_TLS)",
        tmp_path,
        TRACKER_REMOTE_USER="HTTP_X_REMOTE_USER", TRACKER_HTTPS="1", TRACKER_PROXIES="10.0.0.5,10.0.0.6",
        TRACKER_PASSWORDS="gb", TRACKER_SMTP="smtp://zhb%40oa:p%2Fw@mail.example.gov.cn?starttls=1",
    )  # fmt: skip
    assert told.stdout.split("\n")[0] == (
        "HTTP_X_REMOTE_USER ['10.0.0.5', '10.0.0.6'] 1 90 {'kinds': 3} mail.example.gov.cn 25 zhb@oa p/w"
        " False True"
    )


def run(code, data, **variables):
    """The answer of a process with these variables alone."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TRACKER_")}
    own = {
        "TRACKER_DATA": str(data),
        "DJANGO_SETTINGS_MODULE": "tracker.settings",
        "PYTHONIOENCODING": "utf-8",
    }
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=bootstrap.BASE, text=True, encoding="utf-8", capture_output=True, timeout=60,
        env=kept | own | variables,
    )  # fmt: skip
