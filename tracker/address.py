"""Where a request comes from."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str | None:
    """Behind a proxy the last address passed on: that one it wrote itself, the rest is the sender's word."""
    passed_on = request.headers.get("X-Forwarded-For", "") if settings.HTTPS else ""
    said = passed_on.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")
    try:
        return str(ip_address(said.partition("%")[0]))  # PostgreSQL stores no network card's name
    except ValueError:  # a socket without addresses
        return None
