"""What is said when something failed."""

import sqlite3
import sys

from django.db import Error, InterfaceError, OperationalError
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.views.defaults import server_error

from tracker import posted, readiness


def failed(request):
    """A database that is away, locked, full or damaged hands back what was typed; all else is our fault."""
    error = sys.exc_info()[1]
    lack = None if _passes(error) else _lack(error)
    if not (lack or _passes(error)):
        return server_error(request)
    # no request for the template: what reads the account would ask the database again
    context = {
        "token": get_token(request),
        "typed": posted.fields(request),
        "is_post": request.method == "POST",
        "why": lack and lack.label,
    }
    return render(None, "503.html", context, status=503)


def _passes(error):
    """SQLite calls a query operational too that is wrong."""
    is_wrong_query = getattr(error.__cause__, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR
    return isinstance(error, OperationalError | InterfaceError) and not is_wrong_query


def _lack(error):
    """What does not pass by itself; a damaged page of a file may be one that only this request read."""
    if not isinstance(error, Error):
        return None
    return readiness.Lack.DAMAGED if readiness.is_damaged(error) else readiness.of_database()
