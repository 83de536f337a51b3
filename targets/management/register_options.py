"""The options by which a command asks for a register, as the pages do by their address."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from targets import explain
from targets.filters import MomentField
from targets.models import Plan
from targets.models.base import plain_code
from targets.reading.typed import Refusal, parse_day
from targets.register.register import Register


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--plan", metavar="CODE", help=_("the plan's code"))
    parser.add_argument("--period", type=int, metavar="N", help=_("as of the end of this period"))
    parser.add_argument("--as-of", metavar="DAY", help=_("as of this day, today unless given"))
    parser.add_argument(
        "--known-at", metavar="MOMENT", help=_("as known then: a day, which means its end, or a moment")
    )


def register(options: dict[str, Any]) -> Register:
    """The register asked for, read for nobody in particular. Raises CommandError in words."""
    try:
        return Register.at(
            plan(options["plan"]),
            period=options["period"],
            as_of=day(options["as_of"]),
            known_at=_moment(options["known_at"]),
        )
    except ValidationError as error:
        raise CommandError(refusals(error)) from None


def refusals(error: ValidationError) -> str:
    """One line for each option refused."""
    by_field = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    return "\n".join(
        f"--{name.replace('_', '-')}: {message}" if name else message
        for name, messages in by_field.items()
        for message in messages
    )


def plan(code: str | None) -> Plan:
    """The plan of that code. Raises ValidationError that names those there are."""
    plans = Plan.objects.filter(code=plain_code(code or "")).select_related("light_rule", "jurisdiction")
    found = plans.first()
    if found is None:
        known = explain.listed(Plan.objects.values_list("code", flat=True)) or "—"
        message = (
            _("There is no plan “%(code)s”. There are: %(known)s.") if code else _("Which plan? %(known)s")
        )
        raise ValidationError({"plan": message % {"code": code, "known": known}})
    return found


def day(text: str | None) -> date | None:
    try:
        return parse_day(text)
    except Refusal as refused:
        raise ValidationError({"as_of": explain.refusal(refused)}) from None


def _moment(text: str | None) -> date | datetime | None:
    try:
        return MomentField(required=False).clean(text)
    except ValidationError as error:
        raise ValidationError({"known_at": error.messages}) from None
