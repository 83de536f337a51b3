"""What a new password must be, beyond what Django asks."""

from itertools import pairwise

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from targets.models import PasswordRecord
from targets.models.people.password import KEPT

LEAST = 6  # different characters, and characters that do not just follow the one before
ROWS = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")
FOLLOWING = {pair for row in ROWS for line in (row, row[::-1]) for pair in pairwise(line)}


class VariedValidator:
    """No aaaaaaaaaab, no 1234567890a, no two words of four letters typed thrice."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        folded = password.casefold()
        pairs = pairwise(folded)
        told = 1 + sum(one != other and (one, other) not in FOLLOWING for one, other in pairs)
        repeats = folded in (folded + folded)[1:-1]
        if min(len(set(folded)), told) < LEAST or repeats:
            raise ValidationError(self.get_help_text(), code="password_too_plain")

    def get_help_text(self) -> str:
        return _(
            "Your password must hold at least %(least)s different characters, not one piece over and over "
            "and not rows such as 123456, abcdef or qwerty."
        ) % {"least": LEAST}


class KindsValidator:
    """Signs are whatever is no letter with two cases and no digit: 密 is one."""

    def __init__(self, kinds: int) -> None:
        self.kinds = kinds

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        found = {(each.islower(), each.isupper(), each.isdigit()) for each in password}
        if len(found) < self.kinds:
            raise ValidationError(self.get_help_text(), code="password_of_few_kinds")

    def get_help_text(self) -> str:
        return _(
            "Your password must hold %(kinds)s of these four: small letters, capital letters, digits, signs."
        ) % {"kinds": self.kinds}


class NotUsedBeforeValidator:
    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        if user is not None and user.pk and PasswordRecord.objects.was_used(user, password):
            raise ValidationError(self.get_help_text(), code="password_used_before")

    def password_changed(self, password: str, user: AbstractBaseUser | None = None) -> None:
        PasswordRecord.objects.note(user)

    def get_help_text(self) -> str:
        return _("Your password must be none of your last %(kept)s.") % {"kept": KEPT}
