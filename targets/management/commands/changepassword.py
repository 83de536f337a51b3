"""Django's command; what is typed on the server is not its owner's own, so that one changes it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.management.commands import changepassword
from django.utils.translation import gettext as _

from targets.models import PasswordRecord


class Command(changepassword.Command):
    def handle(self, *args: Any, **options: Any) -> str:
        said = super().handle(*args, **options)
        user = get_user_model()._default_manager.get_by_natural_key(options["username"])
        PasswordRecord.objects.mark_temporary(user)
        return "\n".join([str(said), _("At the next sign-in it has to be changed.")])
