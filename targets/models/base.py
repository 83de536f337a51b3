"""What every model shares: validation on every path, and one place where a row is written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, ClassVar, Self, TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from targets.reading.typed import FIRST_YEAR, LAST_YEAR

validate_code = RegexValidator(
    r"^[A-Z0-9-]{1,20}\Z", _("Use 1 to 20 of the characters A–Z, 0–9 and the hyphen.")
)

# Tab, line feed and carriage return are text; the rest breaks workbooks, logs and PostgreSQL.
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def clean_text(text: str) -> str:
    """Trim, and refuse what cannot be printed, naming its position as typed (counted from 1)."""
    if found := UNPRINTABLE.search(text):
        raise ValidationError(
            _("Character %(position)s (U+%(code)s) is a control character; please delete it."),
            code="unprintable",
            params={"position": found.start() + 1, "code": f"{ord(found.group()):04X}"},
        )
    return text.strip()


def plain_code(text: str) -> str:
    """Codes compare alike however typed: full-width and lower-case letters are folded."""
    return unicodedata.normalize("NFKC", text).strip().upper()


def check_year(field: str, year: int) -> None:
    """Refuse, at that field, a year in which nothing can be planned or done."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        words = {"first": FIRST_YEAR, "last": LAST_YEAR}
        raise ValidationError({field: _("The year must lie between %(first)s and %(last)s.") % words})


def queryset_only(method: Any) -> Any:
    """A method that writes: not offered on managers, not callable from templates."""
    method.queryset_only = method.alters_data = True
    return method


FIXED = _("Fixed when the plan came into force; only a revision changes it.")


Row = TypeVar("Row", bound=models.Model)


class PromisedQuerySet(models.QuerySet[Row]):
    """Rows that make up the promise: once they are facts, no bulk act passes by their own checks."""

    def facts(self) -> Any:
        """Those that hold by now."""
        raise NotImplementedError

    def refuse_facts(self) -> None:
        if self.facts().exists():
            raise ValidationError(FIXED)

    @queryset_only
    def update(self, **kwargs: Any) -> int:
        self.refuse_facts()
        return super().update(**kwargs)

    @queryset_only
    def delete(self) -> Any:
        self.refuse_facts()
        return super().delete()


class QuantityField(models.DecimalField):
    """A number as the offices write it: 4 decimals, and the 15 digits SQLite can keep."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 15)
        kwargs.setdefault("decimal_places", 4)
        super().__init__(*args, **kwargs)


class PercentageField(models.DecimalField):
    """A percentage with one decimal, within ±99999.9."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 6)
        kwargs.setdefault("decimal_places", 1)
        kwargs.setdefault("null", True)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)


class ValidatedModel(models.Model):
    """Rows are validated and completed alike from forms, commands, fixtures and the shell."""

    READ_AHEAD: ClassVar[tuple[str, ...]] = ()  # attributes that keep what `read_ahead` found

    moment: datetime | None = None  # when the act happens; the clock unless given

    class Meta:
        abstract = True

    def save(self, *args: Any, at: datetime | None = None, locked: bool = False, **kwargs: Any) -> None:
        """`locked` where the caller holds the row locks already."""
        if at is not None:
            self.moment = at
        adding = self._state.adding
        with transaction.atomic():
            if not locked:
                self.lock()
            self.full_clean()
            if not adding and hasattr(self, "version") and self.counts_changes():
                self.version += 1
            super().save(*args, **kwargs)
            if adding:
                self.created()
            else:
                self.changed()

    @classmethod
    def counts_changes(cls) -> bool:
        """Whether `version` counts them; of a light rule it is a number people give."""
        return any(field.name == "version" and not field.editable for field in cls._meta.concrete_fields)

    @property
    def today(self) -> date:
        return timezone.localdate(self.moment)

    def column(self, name: str) -> Any:
        """What is stored in a field: of a related row its key."""
        return getattr(self, attname(type(self), name))

    def put(self, values: Mapping[str, Any]) -> None:
        """Field → what is to be stored in it, of a related row its key."""
        for name, value in values.items():
            setattr(self, attname(type(self), name), value)

    def lock(self) -> None:
        """Take the row locks this write needs, before anything is read."""

    def created(self) -> None:
        """Complete a new row, in the transaction that writes it."""

    def changed(self) -> None:
        """Follow up a changed row, in the transaction that writes it."""

    def full_clean(
        self, exclude: Any = None, validate_unique: bool = True, validate_constraints: bool = True
    ) -> None:
        try:
            super().full_clean(exclude, validate_unique, validate_constraints)
        except (ArithmeticError, TypeError, ValueError):
            # clean() compares numbers and days; what is neither is for clean_fields() to name.
            self.clean_fields(exclude=exclude)
            raise

    @classmethod
    def clean_rows(cls, rows: Sequence[Self], check: Callable[[Self], None] | None = None) -> None:
        """full_clean() for many new rows at once, without queries for each; completes them alike.

        Related rows have to be at hand. Check constraints, each the echo of a validator, are left to
        the database. `check`, unless given, is clean_fields() and clean(). Raises ValidationError
        with one message for each row refused.
        """
        cls.read_ahead(rows)
        try:
            cls._clean_each(rows, check or cls.clean_alone)
        finally:
            for row in rows:
                for name in cls.READ_AHEAD:
                    row.__dict__.pop(name, None)

    @classmethod
    def _clean_each(cls, rows: Sequence[Self], check: Callable[[Self], None]) -> None:
        refused: dict[int, ValidationError] = {}
        for place, row in enumerate(rows, start=1):
            try:
                check(row)
            except ValidationError as error:
                refused[place] = error
        refused = cls._doubles(rows) | refused
        words = [{"row": place, "message": " ".join(e.messages)} for place, e in sorted(refused.items())]
        if words:
            message = _("Row %(row)s: %(message)s")
            raise ValidationError([ValidationError(message, "row", each) for each in words])

    def clean_alone(self) -> None:
        self.clean_fields()
        self.clean()

    @classmethod
    def read_ahead(cls, rows: Sequence[Self]) -> None:
        """Read at once, and keep with each row, what its clean() would ask the database for."""

    @classmethod
    def _doubles(cls, rows: Sequence[Self]) -> dict[int, ValidationError]:
        """Which rows, counted from 1, repeat a stored or an earlier one where only one may be."""
        found: dict[int, ValidationError] = {}
        columns = {field.name: field.attname for field in cls._meta.concrete_fields}
        for names, error in cls._unique_together():
            attributes = [columns[name] for name in names]
            keys = [tuple(getattr(row, name) for name in attributes) for row in rows]
            stored = cls._base_manager.filter(**{f"{attributes[0]}__in": {key[0] for key in keys}})
            seen = set(stored.values_list(*attributes))
            for place, (row, key) in enumerate(zip(rows, keys, strict=True), start=1):
                if key in seen:
                    found.setdefault(place, error or row.unique_error_message(cls, names))
                if None not in key:
                    seen.add(key)
        return found

    @classmethod
    def _unique_together(cls) -> Iterator[tuple[tuple[str, ...], ValidationError | None]]:
        """Fields of which one combination stands once, and the constraint's own message if it has one."""
        for unique in cls._meta.concrete_fields:
            if unique.unique and not unique.primary_key:
                yield (unique.name,), None
        for rule in cls._meta.constraints:
            if isinstance(rule, models.UniqueConstraint):
                own = rule.violation_error_message != rule.default_violation_error_message
                error = ValidationError(rule.get_violation_error_message()) if own else None
                yield tuple(rule.fields), error

    def clean_fields(self, exclude: Any = None) -> None:
        texts, keys = _texts_and_keys(type(self))
        errors = {}
        for field in texts:
            value = getattr(self, field.attname)
            if value and isinstance(value, str):
                try:
                    setattr(self, field.attname, clean_text(value))
                except ValidationError as error:
                    errors[field.name] = error
        if errors:
            raise ValidationError(errors)
        # Foreign keys whose row was read already need no query to know that it exists.
        at_hand = {k.name for k in keys if k.is_cached(self) and getattr(self, k.attname) is not None}
        super().clean_fields(exclude={*(exclude or ()), *at_hand})


@cache
def attname(model: type[models.Model], name: str) -> str:
    """The attribute that holds a field's column."""
    return next(field.attname for field in model._meta.concrete_fields if field.name == name)


@cache
def _texts_and_keys(
    model: type[models.Model],
) -> tuple[list[models.CharField | models.TextField], list[models.ForeignKey]]:
    fields = model._meta.concrete_fields
    texts = [field for field in fields if isinstance(field, models.CharField | models.TextField)]
    return texts, [field for field in fields if isinstance(field, models.ForeignKey)]
