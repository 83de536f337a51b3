"""What is said when something failed."""

import sys

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.views.defaults import bad_request

from targets.reading.sheet.limits import MEGABYTE
from tracker import logs, posted, readiness


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """More than is read of one post: what is allowed, and that going back keeps what was typed."""
    if not isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return bad_request(request, exception)
    _read_on(request)
    context = {
        "most_fields": settings.DATA_UPLOAD_MAX_NUMBER_FIELDS,
        "most_megabytes": settings.DATA_UPLOAD_MAX_MEMORY_SIZE // MEGABYTE,
        "most_megabytes_of_files": settings.MOST_POSTED // MEGABYTE,
    }
    return render(None, "413.html", context, status=413)


def _read_on(request: HttpRequest) -> None:
    """A browser that is still sending when the connection ends shows its own page, not ours."""
    left = settings.MOST_POSTED
    try:
        while left > 0 and (piece := request.read(min(left, MEGABYTE))):
            left -= len(piece)
    except OSError:  # it went away
        pass


def failed(request: HttpRequest) -> HttpResponse:
    """A database that is away, locked, full or damaged hands back what was typed; all else is our fault."""
    error = sys.exc_info()[1]
    lack = None if readiness.passes(error) else _lack(error)
    if not (lack or readiness.passes(error)):
        return render(None, "500.html", {"number": logs.number_of(request)}, status=500)
    # no request for the template: what reads the account would ask the database again
    context = {
        "token": get_token(request),
        "typed": posted.fields(request),
        "has_files": bool(request.FILES),
        "is_post": request.method == "POST",
        "why": lack and lack.label,
        "number": logs.number_of(request),
    }
    return render(None, "503.html", context, status=503)


def _lack(error: BaseException | None) -> readiness.Lack | None:
    """What does not pass by itself; a damaged page of a file may be one that only this request read."""
    if not isinstance(error, Error):
        return None
    return readiness.Lack.DAMAGED if readiness.is_damaged(error) else readiness.of_database()
