"""As Django's command, in the words of the service.

What is typed on the server is not its owner's own, so that one changes it at the next sign-in.
"""

from __future__ import annotations

import getpass
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from targets.management.described import DescribedCommand
from targets.models import PasswordRecord
from targets.models.audit.recording import recording
from targets.models.enums import Act
from tracker import readiness

ATTEMPTS = 3


class Command(DescribedCommand):
    about = gettext_lazy("Give somebody a new password, to be changed at the next sign-in.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")

    def handle(self, *, username: str, **options: Any) -> None:
        readiness.demand()
        user = get_user_model().objects.filter(username=username).first()
        if user is None:
            raise CommandError(_("There is no user “%(name)s”.") % {"name": username})
        try:
            password = self._typed(user)
        except (EOFError, KeyboardInterrupt):
            raise CommandError(_("The password was not changed.")) from None
        with recording(Act.PASSWORD, user):
            user.set_password(password)
            user.save()
            PasswordRecord.objects.mark_temporary(user)
        self.stdout.write(
            _("The password of %(name)s is changed. At the next sign-in it has to be changed.")
            % {"name": username}
        )

    def _typed(self, user: User) -> str:
        for _attempt in range(ATTEMPTS):
            password = getpass.getpass(_("New password (it is not shown): "))
            if password != getpass.getpass(_("Once more: ")):
                self.stderr.write(_("The two passwords differ."))
                continue
            try:
                validate_password(password, user)
            except ValidationError as refused:
                self.stderr.write("\n".join(refused.messages))
            else:
                return password
        raise CommandError(_("The password was not changed."))
