"""Who asks: the account of a request."""

from __future__ import annotations

from typing import TypeAlias

from django.contrib.auth.models import AnonymousUser, User

# What `request.user` is; the pages of the tracker let nobody in who has not signed in.
Account: TypeAlias = User | AnonymousUser
