"""What every answer carries: the content policy, no copies left behind, the language."""

import codecs
from collections.abc import Callable

from django.conf import settings
from django.contrib.sessions import middleware as sessions
from django.contrib.sessions.exceptions import SessionInterrupted
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation

from targets.models import AuditRecord
from targets.models.audit.sender import sent_by
from targets.models.people.place import Place
from tracker.address import address_of

GetResponse = Callable[[HttpRequest], HttpResponseBase]

POLICY = (
    "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; "
    "form-action 'self'; base-uri 'none'; object-src 'none'"
)


def content_security_policy(get_response: GetResponse) -> GetResponse:
    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)  # a file has a stricter one
        return response

    return middleware


def no_store(get_response: GetResponse) -> GetResponse:
    """After signing out on a shared desk the back button shows nothing."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers["Cache-Control"] = "no-store"
        return response

    return middleware


def utf8_only(get_response: GetResponse) -> GetResponse:
    """Of another encoding's text there may be halves of characters, which no page or database takes."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.encoding and codecs.lookup(request.encoding).name != "utf-8":
            raise BadRequest("not UTF-8")
        return get_response(request)

    return middleware


class SessionMiddleware(sessions.SessionMiddleware):
    """Where the database takes nothing now, a page that was read is shown; the visit is not noted."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        try:
            return super().process_response(request, response)
        except SessionInterrupted as interrupted:
            # Django says “deleted meanwhile” of every failure; two errors before it stands what happened
            failure = interrupted.__context__ and interrupted.__context__.__context__
            if not isinstance(failure, OperationalError):
                raise
            if request.method in ("GET", "HEAD"):
                return response
            raise failure from failure.__cause__


class PlaceMiddleware:
    """A page asks what its user may do at many places; roles and units are read once for all of them.

    An act reads them each time: what it makes or changes counts at once.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> None:
        if request.method in ("GET", "HEAD") and getattr(view, "login_required", True):
            Place.keep(request.user)


def language(get_response: GetResponse) -> GetResponse:
    """Chinese unless the reader chose otherwise; what the browser asks for is often just its default."""
    offered = dict(settings.LANGUAGES)

    def middleware(request: HttpRequest) -> HttpResponseBase:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        request.LANGUAGE_CODE = chosen if chosen in offered else settings.LANGUAGE_CODE
        with translation.override(request.LANGUAGE_CODE):
            response = get_response(request)
        response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
        return response

    return middleware


class AuditMiddleware:
    """The audit learns who sends each request and from where; it also keeps what is refused."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with sent_by(request.user, address_of(request)):
            return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        if isinstance(exception, PermissionDenied):
            remark = f"{request.method} {request.get_full_path()} {exception}".strip()
            refused = AuditRecord.Outcome.REFUSED
            AuditRecord.objects.note(AuditRecord.Act.VISIT, outcome=refused, remark=remark)
