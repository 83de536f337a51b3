"""What every answer carries: the content policy, no copies left behind, the language."""

import codecs

from django.conf import settings
from django.core.exceptions import BadRequest
from django.utils import translation

from targets.models.people.place import Place

POLICY = (
    "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; "
    "form-action 'self'; base-uri 'none'; object-src 'none'"
)


def content_security_policy(get_response):
    def middleware(request):
        response = get_response(request)
        response.headers["Content-Security-Policy"] = POLICY
        return response

    return middleware


def no_store(get_response):
    """After signing out on a shared desk the back button shows nothing."""

    def middleware(request):
        response = get_response(request)
        response.headers["Cache-Control"] = "no-store"
        return response

    return middleware


def utf8_only(get_response):
    """Of another encoding's text there may be halves of characters, which no page or database takes."""

    def middleware(request):
        if request.encoding and codecs.lookup(request.encoding).name != "utf-8":
            raise BadRequest("not UTF-8")
        return get_response(request)

    return middleware


class PlaceMiddleware:
    """A page asks what its user may do at many places; roles and units are read once for all of them.

    An act reads them each time: what it makes or changes counts at once.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if request.method in ("GET", "HEAD") and getattr(view, "login_required", True):
            Place.keep(request.user)


def language(get_response):
    """Chinese unless the reader chose otherwise; what the browser asks for is often just its default."""
    offered = dict(settings.LANGUAGES)

    def middleware(request):
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        request.LANGUAGE_CODE = chosen if chosen in offered else settings.LANGUAGE_CODE
        with translation.override(request.LANGUAGE_CODE):
            response = get_response(request)
        response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
        return response

    return middleware
