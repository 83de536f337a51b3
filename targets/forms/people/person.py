"""One person: name, post, units, and the account with its roles, on one page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import UsernameField
from django.contrib.auth.models import Group, User
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from targets.forms.base.conflicts import SeenVersionForm
from targets.forms.base.fields import column_of
from targets.models.people.accounts import change_account, new_account, open_account
from targets.models.people.viewer import Account

TAKEN = _("An account of this name exists already; please choose another name.")


def username_field(**how: Any) -> forms.Field:
    """The name of an account as Django takes it, in its one spelling."""
    field = column_of(User, "username").formfield(form_class=UsernameField, required=False, **how)
    assert field is not None
    return field


class PersonForm(SeenVersionForm):
    """`given`: an account that is nobody's yet. `viewer` changes no rights of the own account.

    A superuser's account is changed by superusers alone. Coordinators get the plain form, without account.
    """

    ACCOUNT = ("username", "roles", "is_active")

    viewer: Account
    given: User | None = None
    password = ""  # the first one of an account made here

    username = username_field(
        label=_("account"),
        help_text=_("The name to sign in with, such as zhangsan; empty for somebody who does not sign in."),
    )
    roles = forms.ModelMultipleChoiceField(
        Group.objects.order_by("pk"),
        label=_("roles"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    is_active = forms.BooleanField(
        label=_("may sign in"),
        required=False,
        help_text=_("Take the tick away when the person leaves: what they wrote stays under their name."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        account = self.account
        if not self.instance.user_id:
            del self.fields["is_active"]
        if account is None:
            return
        roles = list(account.groups.order_by("pk"))
        self.initial.update(username=account.username, roles=roles, is_active=account.is_active)
        if not self.instance.pk:
            self.initial.setdefault("name", account.first_name)
        for name in self.ACCOUNT:
            if name in self.fields:
                self.fields[name].disabled = not self.may_change(account)

    @property
    def account(self) -> User | None:
        return self.instance.user or self.given

    def may_change(self, account: User) -> bool:
        return self.viewer.is_superuser or not (account == self.viewer or account.is_superuser)

    def clean_username(self) -> str:
        username: str = self.cleaned_data["username"] or ""
        account = self.account
        if not username and account is not None:
            raise ValidationError(_("The account stays; take the tick from “may sign in” instead."))
        same = User.objects.filter(username__iexact=username)
        if username and any(other != account for other in same):
            raise ValidationError(TAKEN, code="taken")
        return username

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("roles") and cleaned.get("username") == "":
            self.add_error("username", ValidationError(_("Roles need an account."), code="required"))
        return cleaned

    def write_account(self) -> None:
        """Make or change the account, in the act that saves the person."""
        account, cleaned = self.account, self.cleaned_data
        columns = {"first_name": cleaned["name"]}
        if account is None:
            if cleaned["username"]:
                account, self.password = new_account(cleaned["username"], cleaned["name"])
                open_account(account, cleaned["roles"])
        elif self.may_change(account):
            columns |= {name: cleaned[name] for name in ("username", "is_active") if name in self.fields}
            change_account(account, cleaned["roles"], **columns)
        self.instance.user = account
