from __future__ import annotations

from time import time
from typing import TYPE_CHECKING

from axes.apps import AppConfig
from django.apps import apps
from django.contrib.auth import BACKEND_SESSION_KEY
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:  # no model can be read before the apps are
    from django.contrib.auth.base_user import AbstractBaseUser

SEEN = "seen"  # in a session: its last request, to the minute, in seconds
PLATFORM = "tracker.platform.PlatformBackend"  # made the session of whom the platform signed in
BY_PLATFORM = _("by the platform")  # the audit's remark
GIVEN = "given"  # in a session: why its password is to be changed before anything else


def is_by_platform(request: HttpRequest) -> bool:
    return bool(request.session.get(BACKEND_SESSION_KEY) == PLATFORM)


class SignInsConfig(AppConfig):
    verbose_name = _("Signing in")

    def ready(self) -> None:
        super().ready()
        user_logged_in.connect(_is_here)
        user_logged_in.connect(_note_sign_in)
        user_logged_out.connect(_note_sign_out)
        user_login_failed.connect(_note_refused)


def _is_here(sender: object, request: HttpRequest, user: AbstractBaseUser, **kwargs: object) -> None:
    request.session.clear_expired()  # nothing runs at night
    request.session[SEEN] = int(time())
    note_password(request, user)


def note_password(request: HttpRequest, user: AbstractBaseUser) -> None:
    """Wherever a password was typed: one that another sets ends the account's sessions, and a session goes on
    past the age of its own at most until the desk is left.
    """
    why = apps.get_model("targets", "PasswordRecord").objects.to_be_changed(user)
    if why and not is_by_platform(request):
        request.session[GIVEN] = why


def _note_sign_in(sender, request, user, **kwargs):
    _records().note("sign_in", user, by=user, remark=str(BY_PLATFORM) if is_by_platform(request) else "")


def _note_sign_out(sender, request, user, **kwargs):
    if user is not None:  # the session had ended already
        _records().note("sign_out", user, by=user)


def _note_refused(sender, credentials, request=None, **kwargs):
    is_locked = getattr(request, "axes_locked_out", False)
    outcome = "refused" if is_locked else "failed"
    _records().note("sign_in", name=credentials.get("username") or "", outcome=outcome)


def _records():
    return apps.get_model("targets", "AuditRecord").objects
