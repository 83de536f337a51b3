"""After half an hour without a request the password is asked again. What was being posted then goes on."""

from time import time

from axes.utils import reset
from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.models import AnonymousUser
from django.shortcuts import redirect, render

from tracker import posted
from tracker.apps import SEEN

PASSWORD, WAS_READING = "password_again", "was_reading"
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
            if not _is_right(request, password):
                return _ask(request, was_reading, is_wrong=True)
        elif away > settings.IDLE_AFTER.total_seconds():
            return _ask(request, request.method != "POST")
        if away >= MINUTE:  # not oftener: it writes
            request.session[SEEN] = now
        return redirect(request.get_full_path()) if was_reading else None


def _is_right(request, password):
    name = request.user.get_username()
    is_right = authenticate(request, username=name, password=password) == request.user
    if is_right:
        reset(username=name)
    return is_right


def _ask(request, was_reading, *, is_wrong=False):
    is_locked = getattr(request, "axes_locked_out", False)
    request.axes_locked_out = False  # else a page without what was typed would be the answer
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
