"""What is said when something failed."""

import sqlite3
import sys

from django.db import InterfaceError, OperationalError
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.views.defaults import server_error

from tracker import posted


def failed(request):
    """A database that is away, locked or full hands back what was typed; all else is our fault."""
    if not _is_of_the_database(sys.exc_info()[1]):
        return server_error(request)
    # no request for the template: what reads the account would ask the database again
    context = {
        "token": get_token(request),
        "typed": posted.fields(request),
        "is_post": request.method == "POST",
    }
    return render(None, "503.html", context, status=503)


def _is_of_the_database(error):
    """SQLite calls a query operational too that is wrong."""
    is_wrong_query = getattr(error.__cause__, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR
    return isinstance(error, OperationalError | InterfaceError) and not is_wrong_query
