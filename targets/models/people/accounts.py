"""An account's rights, as the audit records them: accounts are Django's own model."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User

from targets.models.audit.recording import Recording

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
