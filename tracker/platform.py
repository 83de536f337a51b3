"""Signing in by the platform: its proxy names in a header who asks, and no password is typed here."""

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.backends import RemoteUserBackend
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.csrf import csrf_failure
from django.views.decorators.http import require_safe

from targets.models.audit.sender import sent_by
from tracker.address import address_of
from tracker.apps import PLATFORM, is_by_platform
from tracker.middleware import GetResponse

LEFT = "left"  # in a session: it went to the platform's sign-out, and whoever comes back was asked there


class PlatformBackend(RemoteUserBackend):
    """Whose sessions the platform made; an account that is switched off loses them."""

    create_unknown_user = False


class PlatformMiddleware:
    """As Django's PersistentRemoteUserMiddleware: where the name goes missing, the stock one ends the session
    and with it what was being typed. `PresenceMiddleware` leads back to the platform and keeps that.

    No backend is asked who somebody is: to axes each request of a stranger would be a failed sign-in.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        name = named(request)
        if name and name != (before := request.user.get_username()):
            with sent_by(request.user, address_of(request)):
                self._sign_in(request, name)
            if before and request.method == "POST":  # what one person typed is not posted by the next
                return csrf_failure(request)
        return self.get_response(request)

    def _sign_in(self, request: HttpRequest, name: str) -> None:
        if is_by_platform(request):
            logout(request)
        account = User.objects.filter(username=name, is_active=True).first()
        if account is not None:
            login(request, account, backend=PLATFORM)


def named(request: HttpRequest) -> str:
    """Whom the platform's proxy names, as accounts are spelled; of others the header is only a claim."""
    if not settings.PLATFORM_HEADER or request.META.get("REMOTE_ADDR", "") not in settings.PLATFORM_PROXIES:
        return ""
    # WSGI hands on the bytes of a header as Latin-1
    said = request.META.get(settings.PLATFORM_HEADER, "").encode("latin-1", "replace")
    return User.normalize_username(said.decode("utf-8", "replace").strip())


def stranger(request: HttpRequest) -> str:
    """The name of somebody whom the platform knows and no account here lets in."""
    return "" if request.user.is_authenticated else named(request)


def is_named(request: HttpRequest) -> bool:
    """Whether the platform still names whose session this is."""
    return named(request) == request.user.get_username()


def is_here(request: HttpRequest, *, is_idle: bool, answers: bool) -> bool:
    """Whether a session that the platform made goes on.

    After a pause the platform has to have asked again: the person went to its sign-out, or it had stopped
    naming them. Where no sign-out is known, it does that the page which asks is answered.
    """
    if not is_named(request):
        request.session.setdefault(LEFT, True)
        return False
    asked_there = request.session.pop(LEFT, False)
    return not is_idle or asked_there or (answers and not settings.PLATFORM_LOGOUT)


@login_not_required
@require_safe
def leave(request: HttpRequest) -> HttpResponse:
    """To the platform's sign-out. The session stays, and with its token the form that another tab holds."""
    if not settings.PLATFORM_LOGOUT:
        return redirect("login")
    request.session[LEFT] = True
    return redirect(settings.PLATFORM_LOGOUT)
