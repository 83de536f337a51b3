from time import time

from axes.apps import AppConfig
from django.apps import apps
from django.contrib.auth.signals import user_logged_in
from django.utils.translation import gettext_lazy as _

SEEN = "seen"  # in a session: its last request, to the minute, in seconds
GIVEN = "given"  # in a session: its password was set by another and is to be changed first


class SignInsConfig(AppConfig):
    verbose_name = _("Signing in")

    def ready(self):
        super().ready()
        user_logged_in.connect(_is_here)


def _is_here(sender, request, user, **kwargs):
    request.session.clear_expired()  # nothing runs at night
    request.session[SEEN] = int(time())
    # a password that another sets ends the account's sessions, so it is enough to ask here
    if apps.get_model("targets", "PasswordRecord").objects.is_temporary(user):
        request.session[GIVEN] = True
