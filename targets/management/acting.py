"""Commands that act for a person: the same rights and the same record as on the pages."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from targets.management import register_options


def add_argument(parser: ArgumentParser, told: str) -> None:
    parser.add_argument("--as", required=True, dest="username", metavar="USERNAME", help=told)


def person(username: str) -> Any:
    """The account of that name; what it may do is for the act to say. Raises ValidationError."""
    user = get_user_model().objects.filter(username=username).first()
    if user is None:
        raise ValidationError({"as": _("There is no user “%(name)s”.") % {"name": username}})
    return user


def in_words(refused: PermissionDenied | ValidationError) -> str:
    return register_options.refusals(refused) if isinstance(refused, ValidationError) else str(refused)
