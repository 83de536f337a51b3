"""What each unit still has to file, to be sent to it: printed, or mailed to those who report."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, get_connection
from django.core.management.base import CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from targets import explain
from targets.management import register_options
from targets.management.described import DescribedCommand
from targets.models import AuditRecord, Plan
from targets.models.enums import Act, PlanState
from targets.todo import Reminder, UnitsTodo
from tracker import readiness


class Command(DescribedCommand):
    about = gettext_lazy("Print what each unit still has to file, or mail it to those who report.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--plan", metavar="CODE", help=_("the plan's code; all in force unless given"))
        parser.add_argument("--as-of", metavar="DAY", help=_("as of this day, today unless given"))
        parser.add_argument(
            "--mail", action="store_true", help=_("send it by e-mail; units without an address are printed")
        )

    def handle(self, *, plan: str | None, as_of: str | None, mail: bool, **options: Any) -> None:
        readiness.demand()
        if mail and not (settings.EMAIL_HOST and settings.DEFAULT_FROM_EMAIL):
            raise CommandError(_("To send mail, set TRACKER_SMTP and TRACKER_MAIL_FROM."))
        try:
            plans = Plan.objects.filter(state=PlanState.IN_FORCE)
            if plan is not None:
                plans = plans.filter(pk=register_options.plan(plan).pk)
            today = register_options.day(as_of) or timezone.localdate()
        except ValidationError as refused:
            raise CommandError(register_options.refusals(refused)) from None
        known = list(plans.select_related("jurisdiction", "office").prefetch_related("periods"))
        reminders = UnitsTodo(today, known).reminders
        if not reminders:
            self.stdout.write(_("No unit has anything to file."))
        elif mail:
            self._mail(reminders)
        else:
            self._print(reminders)

    def _print(self, reminders: Iterable[Reminder]) -> None:
        for each in reminders:
            self.stdout.write(f"{each.text}\n\n", ending="")

    def _mail(self, reminders: list[Reminder]) -> None:
        """What cannot be sent is printed, for the coordinator to pass on; then the command fails."""
        unknown = [each for each in reminders if not each.addresses]
        sent, failed = [], []
        try:
            with get_connection() as connection:
                for each in (each for each in reminders if each.addresses):
                    message = EmailMessage(each.subject, each.text, to=each.addresses, connection=connection)
                    try:
                        message.send()
                    except SMTPException as refused:
                        failed.append(each)
                        self.stderr.write(f"{each.unit}: {refused}")
                    else:
                        sent.append(each)
        except (SMTPException, OSError) as away:
            self._told(sent)
            raise CommandError(_("The mail server cannot be used: %(why)s") % {"why": away}) from None
        self._told(sent)
        if unknown:
            names = explain.listed([each.unit for each in unknown])
            self.stdout.write(
                _("Without an e-mail address, please pass it on: %(units)s.") % {"units": names}
            )
            self.stdout.write("")
        self._print([*unknown, *failed])
        if failed:
            names = explain.listed([each.unit for each in failed])
            raise CommandError(_("Not sent: %(units)s.") % {"units": names})

    def _told(self, sent: list[Reminder]) -> None:
        for each in sent:
            self.stdout.write(
                _("Sent to %(unit)s: %(addresses)s")
                % {"unit": each.unit, "addresses": explain.listed(each.addresses)}
            )
        if sent:
            told = "; ".join(f"{each.unit} {', '.join(each.addresses)}" for each in sent)
            AuditRecord.objects.note(Act.EXPORT, remark=f"remind --mail: {told}")
