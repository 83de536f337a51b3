"""What an audit record says, in the words of the pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple

from django.apps import apps
from django.contrib.auth.models import User
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from targets import explain
from targets.models import AuditRecord
from targets.models.audit.record import BETWEEN

Kind = type[models.Model] | None
NameOf = Callable[[Any, Any], str]  # of a model and a key
OF_ACCOUNTS = {"first_name": _("full name"), "groups": _("roles")}  # as the page of accounts says


class Changed(NamedTuple):
    """One field of a row, with its value before and after in words."""

    field: str
    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.field}：{self.old} → {self.new}"


class RowChanges(NamedTuple):
    """One row that an act wrote, by its name today, and its changed fields."""

    row: str
    fields: list[Changed]


def rows_of(record: AuditRecord, only: str = "") -> list[RowChanges]:
    """Each row that the act wrote; `only` is the key of the one row to read."""
    keys = [key for key in record.rows.split(BETWEEN) if key and only in ("", key)]
    named, related = _names(keys), cache(_name_of)  # many rows of an act name the same few
    return [RowChanges(named[key], _fields(key, record.changes.get(key, {}), related)) for key in keys]


def _name_of(model: type[models.Model], pk: Any) -> str:
    return str(model._base_manager.filter(pk=pk).first() or pk)


def _kind(key: str) -> Kind:
    name = key.partition(".")[0]
    try:
        return User if name == "user" else apps.get_model("targets", name)
    except LookupError:  # a model of an earlier version
        return None


def _names(keys: Iterable[str]) -> dict[str, str]:
    """Row's key → its name today, or its number if it is gone."""
    by_kind: dict[str, list[str]] = defaultdict(list)
    for key in keys:
        name, _dot, pk = key.partition(".")
        by_kind[name].append(pk)
    found = {}
    for name, numbers in by_kind.items():
        kind = _kind(name)
        title = capfirst(str(kind._meta.verbose_name)) if kind else name
        here = kind._base_manager.in_bulk(numbers) if kind else {}
        rows: Mapping[str, Any] = {str(pk): row for pk, row in here.items()}
        for pk in numbers:
            found[f"{name}.{pk}"] = f"{title}　{rows.get(pk, pk)}"
    return found


def _fields(key: str, changes: Mapping[str, list[Any]], related: NameOf) -> list[Changed]:
    kind = _kind(key)
    return [Changed(_label(kind, name), *(_value(_field(kind, name), each, related) for each in pair))
            for name, pair in changes.items()]  # fmt: skip


def _field(kind: Kind, name: str) -> Any:
    try:
        return kind._meta.get_field(name) if kind else None
    except FieldDoesNotExist:
        return None


def _label(kind: Kind, name: str) -> str:
    if kind is User and name in OF_ACCOUNTS:
        return str(OF_ACCOUNTS[name])
    return capfirst(str(getattr(_field(kind, name), "verbose_name", name)))


def _value(field: Any, value: Any, related: NameOf) -> str:
    if value in (None, "", [], {}):
        return "—"
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(field, models.ForeignKey):
        return related(field.related_model, value)
    if choices := dict(getattr(field, "flatchoices", None) or ()):
        return str(choices.get(value, value))
    if isinstance(value, list):
        return explain.listed(map(str, value))
    return str(value)
