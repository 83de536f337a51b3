"""Whether every row is as the acts left it: the audit notes what each of them wrote."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import islice
from typing import Any

from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from targets import explain
from targets.models.audit.record import BETWEEN, AuditRecord, as_noted, key_of, named
from targets.models.base import UNRECORDED, snapshot

AT_ONCE = 500  # records, and rows
WHOLE = frozenset({"*"})  # of a row: nothing is left to compare

Changes = Mapping[str, list[Any]]
Rows = Mapping[str, models.Model]


def rows_are_as_noted(plan: Any, _counts: Any) -> Iterator[str]:
    """Compare each column with what the newest record that names it noted, and find rows of no record.

    A record names rows of any plan, so that for one plan alone nothing is compared.
    """
    if plan is None:
        with snapshot():
            yield from _Comparison().faults()


class _Comparison:
    """One pass through the records, the newest first, with the names of the columns compared so far."""

    def __init__(self) -> None:
        self.compared: dict[str, frozenset[str]] = {}  # row's key → its columns
        self.gone: dict[str, set[str]] = {}  # row's key → keys of the rows that may have taken it along
        self.deleted: set[str] = set()
        self.first: dict[type[models.Model], int] = {}  # the oldest row whose making was noted

    def faults(self) -> Iterator[str]:
        records = AuditRecord.objects.noting_all().order_by("-pk")
        told = records.values_list("rows", "changes").iterator(AT_ONCE)
        while batch := list(islice(told, AT_ONCE)):
            written = [each for rows, changes in batch for each in _written(rows, changes)]
            rows = self._read(key for key, _changed in written)
            for key, changed in written:
                yield from self._compare(key, changed, rows)
        for key, parents in self.gone.items():
            if not parents & self.deleted:
                yield _("%(row)s is gone, and no record of the audit says who deleted it.") % {
                    "row": _title(key)
                }
        for model in self.first:
            yield from self._unknown(model)

    def _read(self, keys: Iterable[str]) -> Rows:
        wanted: dict[type[models.Model], set[int]] = defaultdict(set)
        for key in keys:
            if (model := _model(key)) and self.compared.get(key) != WHOLE:
                wanted[model].add(_number(key))
        found = (row for model, pks in wanted.items() for row in model._base_manager.in_bulk(pks).values())
        return {key_of(row): row for row in found}

    def _compare(self, key: str, changed: Changes, rows: Rows) -> Iterator[str]:
        model, before = _model(key), self.compared.get(key, frozenset())
        if model is None or before == WHOLE:
            return
        columns = _columns(model)
        is_new = any(old is None and not columns[name].null for name, (old, _now) in changed.items()
                     if name in columns)  # fmt: skip
        is_new |= _is_by_digest(model, changed)
        self.compared.setdefault(key, frozenset())
        if is_new:
            self.first[model] = min(_number(key), self.first.get(model, _number(key)))
        if (row := rows.get(key)) is None:
            self._note_gone(key, model, changed)
            return
        differ = [name for name, (_old, new) in changed.items()
                  if name not in before and _differs(row, columns, name, new)]  # fmt: skip
        self.compared[key] = before | changed.keys()
        if is_new:
            if not _is_by_digest(model, changed):
                differ += _filled_since(row, columns, self.compared[key])
            self.compared[key] = WHOLE
        if differ:
            words = {"row": f"{_title(key)} {_in_words(row)}".strip(), "columns": explain.listed(differ)}
            yield _("%(row)s: %(columns)s are not what the audit noted.") % words

    def _note_gone(self, key: str, model: type[models.Model], changed: Changes) -> None:
        """A deletion is noted by the row's own record, or by that of a row it went with."""
        columns = _columns(model)
        if key not in self.gone:
            if any(new is None and not columns[name].null for name, (_old, new) in changed.items()
                   if name in columns):  # fmt: skip
                self.deleted.add(key)
            self.gone[key] = {key}
        for name, pair in changed.items():
            if (field := columns.get(name)) and _goes_with(field):
                parent = field.related_model._meta.model_name
                self.gone[key] |= {f"{parent}.{each}" for each in pair if each is not None}

    def _unknown(self, model: type[models.Model]) -> Iterator[str]:
        since = model._base_manager.filter(pk__gt=self.first[model]).order_by("pk")
        for pk in since.values_list("pk", flat=True).iterator(AT_ONCE):
            key = f"{model._meta.model_name}.{pk}"
            if key not in self.compared:
                yield _("%(row)s was written by no act that the audit knows.") % {"row": _title(key)}


def keys_in(rows: str, changes: Iterable[str] = ()) -> list[str]:
    """The keys of the rows that a record names, and of those of which it only notes a digest."""
    return list(dict.fromkeys([*filter(None, rows.split(BETWEEN)), *changes]))


def _written(rows: str, changes: Any) -> Iterator[tuple[str, Changes]]:
    """Each row of a record, with its changes as the product writes them: what another hand garbled is passed
    over, for it no longer fits its seal.
    """
    changes = changes if isinstance(changes, dict) else {}
    for key in keys_in(rows, changes):
        noted = changes.get(key)
        pairs = noted.items() if isinstance(noted, dict) else ()
        yield key, {name: pair for name, pair in pairs if isinstance(pair, list) and len(pair) == 2}


def _number(key: str) -> int:
    return int(key.partition(".")[2])


def _in_words(row: models.Model) -> str:
    """None where they rest on a row that another hand deleted."""
    try:
        return named(row)
    except ObjectDoesNotExist:
        return ""


@cache
def _model_named(name: str) -> type[models.Model] | None:
    try:
        return apps.get_model("targets", name)
    except LookupError:  # an account, or a model of an earlier version
        return None


def _model(key: str) -> type[models.Model] | None:
    name, _dot, number = key.partition(".")
    return _model_named(name) if number.isdecimal() else None


@cache
def _columns(model: type[models.Model]) -> dict[str, Any]:
    return {field.name: field for field in model._meta.concrete_fields if field.name not in UNRECORDED}


def _goes_with(field: Any) -> bool:
    return isinstance(field, models.ForeignKey) and field.remote_field.on_delete is models.CASCADE


def _is_by_digest(model: type[models.Model], changed: Changes) -> bool:
    """Of a row of the ledger only the digest is noted."""
    return "digest" in changed and "digest" not in _columns(model)


def _differs(row: models.Model, columns: Mapping[str, Any], name: str, noted: Any) -> bool:
    if field := columns.get(name):
        try:
            return as_noted(field, getattr(row, field.attname)) != as_noted(field, noted)
        except (ArithmeticError, TypeError, ValidationError, ValueError):  # the column never held this
            return True
    return name == "digest" and getattr(row, name, noted) != noted  # else a column of an earlier version


def _filled_since(row: models.Model, columns: Mapping[str, Any], noted: frozenset[str]) -> list[str]:
    """Columns that were empty when the row was made, and that no act filled."""
    return sorted(
        name
        for name in columns.keys() - noted
        if getattr(row, columns[name].attname) not in (None, "", columns[name].get_default())
    )


def _title(key: str) -> str:
    """The row's kind and number."""
    model = _model(key)
    return f"{capfirst(str(model._meta.verbose_name)) if model else ''}（{key}）"
