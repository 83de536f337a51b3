"""After half an hour without a request the password is asked again. What was being posted then goes on.

A password that another has set is changed before anything else.
"""

from time import time

from axes.utils import reset
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.signals import user_login_failed
from django.shortcuts import redirect, render

from tracker import posted
from tracker.address import address_of
from tracker.apps import GIVEN, SEEN

PASSWORD, WAS_READING = "password_again", "was_reading"
WRONG = "wrong"  # in a session: how many wrong passwords in a row, and when the last
MINUTE = 60


class PresenceMiddleware:
    """The session stays, so the form's token does too, and no typed word is lost to the time-out."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        is_open = not getattr(view, "login_required", True) or request.resolver_match.url_name == "logout"
        if is_open or not request.user.is_authenticated:
            return None
        now = int(time())
        away = now - request.session.get(SEEN, 0)
        was_reading = False
        if PASSWORD in request.POST:
            left = request.POST.copy()
            password = left.pop(PASSWORD)[-1]
            was_reading = bool(left.pop(WAS_READING, None))
            request.POST = left  # before the password is looked at: a failed attempt is kept with its form
            if _is_locked(request) or not _is_right(request, password):
                return _ask(request, was_reading, is_wrong=True)
        elif away > settings.IDLE_AFTER.total_seconds():
            return _ask(request, request.method != "POST")
        if away >= MINUTE:  # not oftener: it writes
            request.session[SEEN] = now
        if GIVEN in request.session and request.resolver_match.view_name != "password_change":
            return redirect("password_change")
        return redirect(request.get_full_path()) if was_reading else None


def _is_right(request, password):
    """Counted in this session alone: what is typed elsewhere locks nobody out of what they were doing."""
    name = request.user.get_username()
    if request.user.check_password(password):
        request.session.pop(WRONG, None)
        reset(username=name, ip=address_of(request))
        return True
    tries, _last = request.session.get(WRONG, (0, 0))
    request.session[WRONG] = (0 if tries >= settings.AXES_FAILURE_LIMIT else tries) + 1, int(time())
    user_login_failed.send(__name__, credentials={"username": name}, request=request)  # for the auditors
    request.axes_locked_out = False  # else a page without what was typed would be the answer
    return False


def _is_locked(request):
    tries, last = request.session.get(WRONG, (0, 0))
    lasts = time() - last < settings.AXES_COOLOFF_TIME.total_seconds()
    return tries >= settings.AXES_FAILURE_LIMIT and lasts


def _ask(request, was_reading, *, is_wrong=False):
    is_locked = _is_locked(request)
    context = {
        "name": request.user.get_username(),
        "typed": posted.fields(request),
        "was_reading": was_reading,
        "is_wrong": is_wrong,
        "is_locked": is_locked,
        "failure_limit": settings.AXES_FAILURE_LIMIT,
        "user": AnonymousUser(),  # who comes by reads nothing of the one who left
    }
    return render(request, "registration/away.html", context, status=429 if is_locked else 403)
