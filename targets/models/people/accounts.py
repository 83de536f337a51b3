"""Accounts, which are Django's own model: made with a first password, changed, and their rights recorded."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.contrib.auth.models import Group, User

from targets.models.audit.recording import Recording, recording
from targets.models.enums import Act
from targets.models.people.password import PasswordRecord, new_password

COLUMNS = ("username", "first_name", "email", "is_active", "is_staff", "is_superuser")


def rights_of(user: User) -> dict[str, Any]:
    """The account's columns, its roles and its further permissions, as stored."""
    stored = User.objects.filter(pk=user.pk).values(*COLUMNS).first() or {}
    many = {
        "groups": list(user.groups.order_by("pk").values_list("name", flat=True)),
        "user_permissions": list(user.user_permissions.order_by("pk").values_list("codename", flat=True)),
    }
    return {**stored, **{name: found for name, found in many.items() if found}}


def note_rights(act: Recording, user: User, before: dict[str, Any] | None = None) -> None:
    """Note what differs from `before`; of a new account, everything."""
    then, now = before or {}, rights_of(user)
    names = [name for name in {**then, **now} if then.get(name) != now.get(name)]
    if names:
        act.note(user, {name: [then.get(name), now.get(name)] for name in names})


def new_account(username: str, name: str) -> tuple[User, str]:
    """An account that is not saved yet, and its first password, which is kept nowhere but as a hash.

    Hashing takes long on purpose: whoever makes many accounts does this before the transaction.
    """
    # the reporting desk is part of the administration
    user = User(username=username, first_name=name, is_staff=True)
    password = new_password(user)
    user.set_password(password)
    return user, password


def open_account(user: User, roles: Collection[Group]) -> None:
    """Save a new account with its roles; the owner changes the first password at the first sign-in."""
    with recording(Act.RIGHTS, user) as act:
        user.full_clean()
        user.save()
        user.groups.set(roles)
        PasswordRecord.objects.mark_temporary(user)
        note_rights(act, user)


def change_account(user: User, roles: Collection[Group], **columns: Any) -> None:
    """Change columns and roles of an account; what stands already leaves no record."""
    before, held = rights_of(user), set(user.groups.all())
    if held == set(roles) and all(before[name] == value for name, value in columns.items()):
        return
    with recording(Act.RIGHTS, user) as act:
        for name, value in columns.items():
            setattr(user, name, value)
        user.full_clean()
        user.save(update_fields=[*columns])
        user.groups.set(roles)
        note_rights(act, user, before)
