from time import time

from axes.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.utils.translation import gettext_lazy as _

SEEN = "seen"  # in a session: its last request, to the minute, in seconds


class SignInsConfig(AppConfig):
    verbose_name = _("Signing in")

    def ready(self):
        super().ready()
        user_logged_in.connect(_is_here)


def _is_here(sender, request, **kwargs):
    request.session[SEEN] = int(time())
