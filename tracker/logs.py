"""The log: a line each, of one form, without what people typed.

    2026-07-06T09:12:33.120+08:00 ERROR django.request 3f9a0c1d yunxi-shenhe Internal Server Error: /todo/ …

The number is on the page that says something failed, so that an official can read it out. Of an error the
line names the type and the places in the code; its words may hold what somebody typed: few of them are kept.
"""

from __future__ import annotations

import re
import secrets
import traceback
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from datetime import datetime
from logging import Formatter, LogRecord
from pathlib import Path
from time import monotonic

from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation, ValidationError
from django.db import Error
from django.http import Http404, HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseBase
from django.utils.log import AdminEmailHandler

from tracker import readiness

HEADER, NUMBER = "X-Request-ID", "tracker.number"
LONGEST = 4000  # characters of a line
REFUSALS = (
    BadRequest, Http404, MultiPartParserError, PermissionDenied, SuspiciousOperation, UnreadablePostError,
    ValidationError,
)  # fmt: skip
BY_PYTHON = (AttributeError, ImportError, NameError, NotImplementedError, TypeError)  # words about code alone
_QUERY = re.compile(r"\?\S*")
_ABOVE = (str(Path(__file__).parents[1]), "site-packages")  # of the program, of a library

_serving: ContextVar[HttpRequest | None] = ContextVar("serving", default=None)


def numbered(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Give each request a number, for its lines in the log and for whoever asked."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        number = request.META[NUMBER] = secrets.token_hex(4)
        token = _serving.set(request)
        try:
            response = get_response(request)
        finally:
            _serving.reset(token)
        response.headers[HEADER] = number
        return response

    return middleware


def number_of(request: HttpRequest | None) -> str:
    return request.META.get(NUMBER, "") if request else ""


def _username(request: HttpRequest | None) -> str:
    """Only of an account that was read already: the database may be what fails."""
    user = request and request.__dict__.get("_cached_user")
    return user.get_username().replace(" ", r"\x20") if user else ""


def _request(record: LogRecord) -> HttpRequest | None:
    """Some lines come when the request was served, and bring it along; of the server's own it is a socket."""
    brought = getattr(record, "request", None)
    return brought if isinstance(brought, HttpRequest) else _serving.get()


class Line(Formatter):
    def format(self, record: LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created).astimezone().isoformat(timespec="milliseconds")
        request = _request(record)
        who = (number_of(request) or "-", _username(request) or "-")
        parts = (moment, record.levelname, record.name, *who, _said(record))
        return on_one_line(" ".join(parts))[:LONGEST]


class Mail(AdminEmailHandler):
    """To TRACKER_ADMINS, what is no refusal; at most once a minute, for the log has it all."""

    AGAIN_AFTER = 60  # seconds
    due = 0.0

    def emit(self, record: LogRecord) -> None:
        error = record.exc_info and record.exc_info[1]
        if isinstance(error, REFUSALS) or monotonic() < self.due:
            return
        self.due = monotonic() + self.AGAIN_AFTER
        subject = f"{record.levelname} {record.name} {type(error).__name__ if error else ''}".strip()
        places = [on_one_line(place) for place in _places(error)] if error else []
        self.send_mail(subject, "\n".join([Line().format(record), "", *places]), fail_silently=True)


def on_one_line(text: str) -> str:
    """Without what ends a line, colours a terminal or turns the direction of writing."""
    return "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape").decode("ascii") for sign in text
    )


def _said(record: LogRecord) -> str:
    message = record.getMessage()
    if record.name.startswith("gunicorn"):
        message = _QUERY.sub("?…", message)
    error = record.exc_info and record.exc_info[1]
    if not error:
        return message
    if isinstance(error, SuspiciousOperation):  # the message is the error's, with what the browser sent
        request = _request(record)
        return f"{type(error).__name__}: {request.path if request else ''}"
    if isinstance(error, REFUSALS):
        return message
    if readiness.passes(error):
        return f"{message} | {_named(error)}"
    return " | ".join([message, *_places(error)])


def _places(error: BaseException) -> Iterator[str]:
    """An error and what it came from: the type, then the places in the code, where it happened first."""
    while error:
        frames = reversed(traceback.extract_tb(error.__traceback__))
        places = [f"{_shortened(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]
        yield f"{_named(error)} at {' < '.join(places)}"
        before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        if before is None:
            return
        error = before


def _named(error: BaseException) -> str:
    """The type, with words that no person typed."""
    words: str | None = ""
    if isinstance(error, BY_PYTHON):
        words = str(error)
    elif isinstance(error, Error):
        words = getattr(error.__cause__, "sqlstate", None) or getattr(error.__cause__, "sqlite_errorname", "")
    elif isinstance(error, OSError):
        words = error.strerror
    return f"{type(error).__name__}({words or ''})"


def _shortened(path: str) -> str:
    for above in _ABOVE:
        _before, found, below = path.rpartition(f"{above}/")
        if found and "site-packages" not in below:
            return below
    return path
