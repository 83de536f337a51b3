"""Every setting, from the environment. State lives in TRACKER_DATA, nothing else is written."""

import os
import re
import secrets
import sys
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from targets.reading.sheet.limits import MEGABYTE

MOST_POSTED = 64 * MEGABYTE  # files and all, of one post; nginx.conf lets as much through
GIVEN_UP = 4  # the exit status of a start that is refused: to try again would not help


def listed(name: str, default: str = "") -> list[str]:
    return [item.strip() for item in os.environ.get(name, default).split(",") if item.strip()]


def megabytes(name: str, usual: int) -> int:
    """In bytes."""
    typed = os.environ.get(name, "").strip() or str(usual)
    if not typed.isdecimal():
        raise ImproperlyConfigured(f"{name} is a number of MB. {name} 须为整数，单位 MB。")
    return int(typed) * MEGABYTE


def log_file(path: str | None) -> str | None:
    """A file for the log beside standard error; a start that cannot write it is refused."""
    if path and not os.access(path if Path(path).exists() else Path(path).parent, os.W_OK):
        raise ImproperlyConfigured(f"Cannot write {path} (TRACKER_LOG_FILE). 日志文件不可写：{path}")
    return path or None


def private_folder(path: Path) -> Path:
    """Make `path` readable by its owner only; an existing folder keeps the rights it was given."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        writable = os.access(path, os.W_OK | os.X_OK)
    except OSError:
        writable = False
    if not writable:
        raise ImproperlyConfigured(f"Cannot write to {path} (TRACKER_DATA). 数据目录不可写：{path}")
    return path


def secret_key(path: Path) -> str:
    """The key in `path`, made on first use; of several processes starting at once one wins."""
    if not path.exists():
        draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # another process was first, its key counts
        finally:
            draft.unlink()
    try:
        return path.read_text()
    except PermissionError:
        raise ImproperlyConfigured(
            f"Cannot read {path}: run this as the user of the service. "
            f"无法读取 {path}，请以运行本系统的用户执行。"
        ) from None


def database(url: str | None, data: Path) -> dict[str, Any]:
    """The default database: SQLite in `data`, or postgres://user:password@host:port,host:port/name?option=value."""
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": data / "db.sqlite3",
            "OPTIONS": {
                # without these three most saves of a busy month end fail with "database is locked"
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL",
                # seconds: SQLite does not queue, so one of many writers may wait long; but a proxy gives up
                # after 60 and has no page that keeps what was typed
                "timeout": 20,
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ImproperlyConfigured(
            "DATABASE_URL must begin with postgres://. DATABASE_URL 须以 postgres:// 开头。"
        )
    hosts, ports = hosts_and_ports(parts.netloc.rpartition("@")[2])
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": hosts,  # empty: the local socket
        "PORT": ports,
        # a pooler that hands out connections by transaction, such as pgbouncer, keeps no cursor
        "DISABLE_SERVER_SIDE_CURSORS": options.pop("pgbouncer", "") in ("1", "true"),
        "OPTIONS": options,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def hosts_and_ports(text: str) -> tuple[str, str]:
    """Of `one:5432,two:5433` the lists as libpq reads them; of several it takes the first that serves."""
    read = [re.fullmatch(r"(\[[^]]*\]|[^:]*)(?::(\d*))?", place) for place in text.split(",")]
    places = [place for place in read if place]
    if len(places) < len(read):
        raise ImproperlyConfigured(
            "In DATABASE_URL a host and its port read name:5432. DATABASE_URL 中主机和端口应写作“名称:5432”。"
        )
    hosts = ",".join(unquote(place[1].strip("[]")) for place in places)
    ports = [place[2] or "" for place in places]
    return hosts, ",".join(ports) if any(ports) else ""


def platform_header(name: str, *, https: bool) -> str:
    """The header in which the platform names who asks, as WSGI spells it; empty: there is none."""
    if name and not re.fullmatch(r"HTTP_[A-Z0-9_]+", name):
        raise ImproperlyConfigured(
            "TRACKER_REMOTE_USER is a header as WSGI names it, such as HTTP_X_REMOTE_USER. "
            "TRACKER_REMOTE_USER 应写作 HTTP_X_REMOTE_USER 的形式。"
        )
    if name and not https:  # without a proxy in front everybody could say who they are
        raise ImproperlyConfigured(
            "TRACKER_REMOTE_USER needs a proxy in front that ends HTTPS: set TRACKER_HTTPS='1'. "
            "使用 TRACKER_REMOTE_USER 须由反向代理提供 HTTPS，请设置 TRACKER_HTTPS='1'。"
        )
    return name


def platform_logout(address: str) -> str:
    if address and not re.match(r"https?://[^/]", address):
        raise ImproperlyConfigured(
            "TRACKER_LOGOUT_URL must begin with https:// or http://. "
            "TRACKER_LOGOUT_URL 须以 https:// 或 http:// 开头。"
        )
    return address


def password_profile(name: str) -> tuple[int, timedelta | None]:
    """How many kinds of characters a password holds, and for how long it serves."""
    profiles = {
        "plain": (1, None),  # as OWASP's ASVS has it: length and variety, no forms and no expiry
        "gb": (3, timedelta(days=90)),  # as inspections by GB/T 22239 ask for
    }
    if name not in profiles:
        raise ImproperlyConfigured("TRACKER_PASSWORDS is plain or gb. TRACKER_PASSWORDS 应为 plain 或 gb。")
    return profiles[name]


def mail_server(url: str) -> SplitResult:
    """smtp://user:password@host:25, with ?starttls=1 where it is offered, or smtps://…; empty: no mail."""
    server = urlsplit(url)
    try:
        is_right = server.scheme in ("smtp", "smtps") and bool(server.hostname) and server.port != 0
    except ValueError:  # of the port
        is_right = False
    if url and not is_right:
        raise ImproperlyConfigured(
            "TRACKER_SMTP reads smtp://user:password@host:25 or smtps://user:password@host:465. "
            "TRACKER_SMTP 应写作 smtp://用户:密码@主机:25 或 smtps://用户:密码@主机:465。"
        )
    return server


# sheets are streamed through openpyxl's own XML writer, also where lxml happens to be installed
os.environ["OPENPYXL_LXML"] = "False"

BASE = Path(__file__).resolve().parent.parent
HTTPS = os.environ.get("TRACKER_HTTPS") == "1"
try:
    DATA = private_folder(Path(os.environ.get("TRACKER_DATA") or BASE / ".data").absolute())
    SECRET_KEY = secret_key(DATA / "secret_key")
    STATIC_ROOT = private_folder(DATA / "static")
    MEDIA_ROOT = private_folder(DATA / "files")
    ROOM = megabytes("TRACKER_ROOM", 500)  # free on the disk, below which /readyz tells of it
    # one file at the largest and the words beside it are one post
    MOST_EVIDENCE = min(megabytes("TRACKER_EVIDENCE_MB", 20), MOST_POSTED - 4 * MEGABYTE)
    LOG_FILE = log_file(os.environ.get("TRACKER_LOG_FILE"))
    DATABASES = {"default": database(os.environ.get("DATABASE_URL"), DATA)}
    if os.environ.get("DATABASE_URL") and not find_spec("psycopg"):
        raise ImproperlyConfigured(
            "PostgreSQL's driver is missing: run “python3 manage.py quickstart --no-serve --no-demo”. "
            "缺少 PostgreSQL 驱动，请运行 python3 manage.py quickstart --no-serve --no-demo。"
        )
    PLATFORM_HEADER = platform_header(os.environ.get("TRACKER_REMOTE_USER", ""), https=HTTPS)
    PLATFORM_LOGOUT = platform_logout(os.environ.get("TRACKER_LOGOUT_URL", ""))
    PASSWORD_KINDS, PASSWORD_AGE = password_profile(os.environ.get("TRACKER_PASSWORDS") or "plain")
    mail = mail_server(os.environ.get("TRACKER_SMTP", ""))
    if listed("TRACKER_ADMINS") and not (mail.hostname and os.environ.get("TRACKER_MAIL_FROM")):
        raise ImproperlyConfigured(
            "TRACKER_ADMINS needs TRACKER_SMTP and TRACKER_MAIL_FROM. "
            "使用 TRACKER_ADMINS 须设置 TRACKER_SMTP 和 TRACKER_MAIL_FROM。"
        )
except ImproperlyConfigured as problem:  # of which Django and gunicorn would show forty lines
    print(problem, file=sys.stderr)
    sys.exit(GIVEN_UP)

DEBUG = os.environ.get("TRACKER_DEBUG") == "1"
ALLOWED_HOSTS = listed("TRACKER_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = listed("TRACKER_ORIGINS")

INSTALLED_APPS = [
    "targets",  # first, so that its templates and static files win
    "django.contrib.admin",
    "django.forms",  # the templates of its widgets
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "tracker.apps.SignInsConfig",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_tables2",
    "django_filters",
]
MIDDLEWARE = [
    "tracker.logs.numbered",
    "tracker.middleware.content_security_policy",  # this far out static files and refusals carry it too
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "tracker.middleware.no_store",  # below the static files, which may be kept
    "tracker.middleware.language",
    "tracker.middleware.utf8_only",  # below the language: its refusal is a page
    "tracker.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "tracker.middleware.AuditMiddleware",  # below the sign-in: it notes who sends the request
    "axes.middleware.AxesMiddleware",
    "tracker.presence.PresenceMiddleware",
    "tracker.middleware.PlaceMiddleware",
]
ROOT_URLCONF = "tracker.urls"
WSGI_APPLICATION = "tracker.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

FORM_RENDERER = "django.forms.renderers.TemplatesSetting"  # widgets, too, by our own templates

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "zh-hans"
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60  # a choice stays for the next day
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
# one catalogue for code and templates; it also speaks for libraries that have no Chinese of their own
LOCALE_PATHS = [BASE / "targets" / "locale"]
FILTERS_EMPTY_CHOICE_LABEL = _("All")  # of a filter; a row of dashes says nothing
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000  # a page of 600 targets with all their fields, twice over
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * MEGABYTE
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler", "tracker.uploads.OnDisk"]

LOGIN_URL = "login"
LOGOUT_REDIRECT_URL = "login"
IDLE_AFTER = timedelta(minutes=30)
SESSION_COOKIE_AGE = 7 * 24 * 60 * 60  # from the last request: after a night or a weekend typed text goes on
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",  # first: the password of a locked account is not looked at
    "django.contrib.auth.backends.ModelBackend",
]
# an account at an address: nobody locks another's account elsewhere, nor an office that shares an address
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=30)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "tracker.address.address_of"
AXES_LOCKOUT_TEMPLATE = "registration/locked.html"
AXES_ENABLE_ACCESS_FAILURE_LOG = True
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
SILENCED_SYSTEM_CHECKS = []
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "tracker.passwords.VariedValidator"},
    {"NAME": "tracker.passwords.NotUsedBeforeValidator"},
]
if PASSWORD_KINDS > 1:
    AUTH_PASSWORD_VALIDATORS.append(
        {"NAME": "tracker.passwords.KindsValidator", "OPTIONS": {"kinds": PASSWORD_KINDS}}
    )

# whose word about who asks is believed: a proxy on this machine, by a socket too, unless others are named
PLATFORM_PROXIES = listed("TRACKER_PROXIES") or ["127.0.0.1", "::1", ""]
if PLATFORM_HEADER:
    MIDDLEWARE.insert(
        MIDDLEWARE.index("django.contrib.auth.middleware.LoginRequiredMiddleware"),
        "tracker.platform.PlatformMiddleware",
    )
    AUTHENTICATION_BACKENDS.append("tracker.platform.PlatformBackend")

EMAIL_HOST = mail.hostname or ""
EMAIL_USE_SSL = mail.scheme == "smtps"
EMAIL_USE_TLS = dict(parse_qsl(mail.query)).get("starttls") == "1"
EMAIL_PORT = mail.port or (465 if EMAIL_USE_SSL else 25)
EMAIL_HOST_USER = unquote(mail.username or "")
EMAIL_HOST_PASSWORD = unquote(mail.password or "")
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = os.environ.get("TRACKER_MAIL_FROM", "")

if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^(health|ready)z$"]  # asked over plain HTTP by whoever watches the service
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    # of subdomains and of browsers' built-in lists, the owner of the domain decides
    SILENCED_SYSTEM_CHECKS += ["security.W005", "security.W021"]

ADMINS = [("", address) for address in listed("TRACKER_ADMINS")]  # told of what failed
EMAIL_SUBJECT_PREFIX = "[目标任务跟踪] "
HANDLERS: dict[str, dict[str, Any]] = {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}}
if LOG_FILE:
    HANDLERS["file"] = {
        "class": "logging.handlers.WatchedFileHandler", "formatter": "line", "filename": LOG_FILE,
        "encoding": "utf-8", "delay": True,
    }  # fmt: skip
if ADMINS:
    HANDLERS["mail"] = {"class": "tracker.logs.Mail", "level": "ERROR"}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "tracker.logs.Line"}},
    "handlers": HANDLERS,
    "root": {"handlers": list(HANDLERS), "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO"},
        # its lines hold whole addresses, with what people searched for
        "django.server": {"handlers": [], "level": "CRITICAL", "propagate": True},
        "gunicorn.error": {"handlers": [], "level": "INFO", "propagate": True},
        # of wrong passwords the audit tells; a name typed may be a password
        "axes": {"level": "ERROR"},
    },
}
