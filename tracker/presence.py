"""After half an hour without a request the password is asked again. What was being posted then goes on.

Whom the platform signed in has none here: they are led back there. A password that another has set, or that
is too old, is changed before anything else.
"""

from collections.abc import Callable
from time import time
from typing import Any

from axes.utils import reset
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from tracker import posted
from tracker.address import address_of
from tracker.apps import GIVEN, SEEN, is_by_platform, note_password
from tracker.middleware import GetResponse
from tracker.platform import is_here

PASSWORD, WAS_READING = "password_again", "was_reading"
WRONG = "wrong"  # in a session: how many wrong passwords in a row, and when the last
MINUTE = 60


class PresenceMiddleware:
    """The session stays, so the form's token does too, and no typed word is lost to the time-out."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        match = request.resolver_match
        is_leaving = match is not None and match.url_name == "logout"
        is_open = is_leaving or not getattr(view, "login_required", True)
        if is_open or not request.user.is_authenticated:
            return None
        now = int(time())
        away = now - request.session.get(SEEN, 0)
        is_idle = abs(away) > settings.IDLE_AFTER.total_seconds()  # below 0 where the clock was put back
        password, was_reading = None, request.method != "POST"
        if PASSWORD in request.POST:
            left = request.POST.copy()
            password = left.pop(PASSWORD)[-1]
            was_reading = bool(left.pop(WAS_READING, None))
            # before the password is looked at: a failed attempt is kept with its form
            request.POST = left  # type: ignore[assignment]  # to the stubs a POST never changes
        if is_by_platform(request):
            goes_on = is_here(request, is_idle=is_idle, answers=password is not None)
        elif password is not None:
            goes_on = not _is_locked(request) and _is_right(request, password)
        else:
            goes_on = not is_idle
        if not goes_on:
            return _ask(request, was_reading, is_wrong=password is not None)
        if abs(away) >= MINUTE:  # not oftener: it writes
            request.session[SEEN] = now
        is_changing = match is not None and match.view_name == "password_change"
        if GIVEN in request.session and not is_changing:
            return redirect("password_change")
        if password is None:
            return None
        # as at a sign-in; what was being posted goes on first
        note_password(request, request.user)
        return redirect(request.get_full_path()) if was_reading else None


def _is_right(request: HttpRequest, password: str) -> bool:
    """Counted in this session alone: what is typed elsewhere locks nobody out of what they were doing."""
    name = request.user.get_username()
    if request.user.check_password(password):
        request.session.pop(WRONG, None)
        reset(username=name, ip=address_of(request))
        return True
    tries, _last = request.session.get(WRONG, (0, 0))
    request.session[WRONG] = (0 if tries >= settings.AXES_FAILURE_LIMIT else tries) + 1, int(time())
    user_login_failed.send(__name__, credentials={"username": name}, request=request)  # for the auditors
    # else a page without what was typed would be the answer
    request.axes_locked_out = False  # type: ignore[attr-defined]  # axes' own
    return False


def _is_locked(request: HttpRequest) -> bool:
    tries, last = request.session.get(WRONG, (0, 0))
    lasts = time() - last < settings.AXES_COOLOFF_TIME.total_seconds()
    return tries >= settings.AXES_FAILURE_LIMIT and lasts


def _ask(request: HttpRequest, was_reading: bool, *, is_wrong: bool) -> HttpResponse:
    is_locked = _is_locked(request)
    context = {
        "name": request.user.get_username(),
        "typed": posted.fields(request),
        "has_files": bool(request.FILES),
        "was_reading": was_reading,
        "is_wrong": is_wrong,
        "is_locked": is_locked,
        "failure_limit": settings.AXES_FAILURE_LIMIT,
        "by_platform": is_by_platform(request),
        "leads_back": bool(settings.PLATFORM_LOGOUT),
        "user": AnonymousUser(),  # who comes by reads nothing of the one who left
    }
    return render(request, "registration/away.html", context, status=429 if is_locked else 403)
