"""Base of the models: validation on every write path, and one place (`save`) where a row is written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache
from typing import Any, ClassVar, Self, TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, RegexValidator
from django.db import connection, connections, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from targets.models.audit.recording import Changes, recording
from targets.models.enums import Act
from targets.reading.typed import FIRST_YEAR, LAST_YEAR

validate_code = RegexValidator(
    r"^[A-Z0-9-]{1,20}\Z", _("Use 1 to 20 of the characters A–Z, 0–9 and the hyphen.")
)

# Tab, line feed and carriage return are allowed; these characters break workbooks, logs and PostgreSQL.
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def clean_text(text: str) -> str:
    """The trimmed text. Raises ValidationError with the position, from 1, of an unprintable character."""
    if found := UNPRINTABLE.search(text):
        raise ValidationError(
            _("Character %(position)s (U+%(code)s) is a control character; please delete it."),
            code="unprintable",
            params={"position": found.start() + 1, "code": f"{ord(found.group()):04X}"},
        )
    return text.strip()


def plain_code(text: str) -> str:
    """The code in half-width upper case, so that codes typed differently compare equal."""
    return unicodedata.normalize("NFKC", text).strip().upper()


def check_year(field: str, year: int) -> None:
    """Raise ValidationError at `field` for a year outside FIRST_YEAR to LAST_YEAR."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        words = {"first": FIRST_YEAR, "last": LAST_YEAR}
        raise ValidationError({field: _("The year must lie between %(first)s and %(last)s.") % words})


def queryset_only(method: Any) -> Any:
    """Mark a method that writes: managers do not offer it, templates cannot call it."""
    method.queryset_only = method.alters_data = True
    return method


# These follow from what the audit records.
UNRECORDED = ("id", "version", "path", "current", "newest_report", "newest_figure")

FIXED = _("Fixed when the plan came into force; only a revision changes it.")


Row = TypeVar("Row", bound=models.Model)


def insert(rows: Sequence[models.Model]) -> None:
    """Insert new rows past their checks, and give them their keys: in bulk where the database tells these."""
    if connection.features.can_return_rows_from_bulk_insert and rows:
        type(rows[0])._base_manager.bulk_create(rows)
    else:
        for row in rows:
            models.Model.save(row, force_insert=True)


def locking(rows: Any) -> Any:
    """Lock these rows until the transaction ends; where the database can, foreign keys to them stay free."""
    can = connections[rows.db].features
    of = ("self",) if can.has_select_for_update_of else ()
    return rows.select_for_update(no_key=can.has_select_for_no_key_update, of=of)


@contextmanager
def snapshot() -> Iterator[None]:
    """All rows as of one moment, while others go on writing."""
    if connection.in_atomic_block:  # what the transaction sees, it sees
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        sqlite: Any = connection  # has a mode that other databases lack
        usual = sqlite.transaction_mode
        sqlite.transaction_mode = None  # this only reads: IMMEDIATE would keep every writer out
        try:
            with transaction.atomic():
                yield
        finally:
            sqlite.transaction_mode = usual


class PromisedQuerySet(models.QuerySet[Row]):
    """Rows of the promise. Bulk update and delete refuse facts, because they bypass the rows' own checks."""

    def facts(self) -> Any:
        """The approved rows, which must not change any more."""
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
    """A number as the offices write it: 4 decimals, and at most 15 digits, all that SQLite keeps."""

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
    """Base model: forms, commands, fixtures and the shell validate and complete a row in the same way."""

    READ_AHEAD: ClassVar[tuple[str, ...]] = ()  # attributes that hold the results of `read_ahead`

    moment: datetime | None = None  # when the act happens; None means now
    stored: tuple[Sequence[str], Sequence[Any]] = ((), ())  # attributes and values as last read or saved

    class Meta:
        abstract = True

    def save(self, *args: Any, at: datetime | None = None, locked: bool = False, **kwargs: Any) -> None:
        """Validate and write the row. `at` is the moment of the act; `locked`: the caller holds the locks."""
        if at is not None:
            self.moment = at
        adding = self._state.adding
        with recording(Act.CREATE if adding else Act.CHANGE, self) as act:
            if not locked:
                self.lock()
            self.full_clean()
            changes = self.changes_since_read()
            if not adding and hasattr(self, "version") and self.counts_changes():
                self.version += 1
            super().save(*args, **kwargs)
            if adding or changes:
                act.note(self, changes)
            self._note_stored()
            if adding:
                self.created()
            else:
                self.changed()

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        with recording(Act.DELETE, self) as act:
            act.note(self, {f.name: [old, None] for f, old in self._recorded() if _differ(old, None)})
            return super().delete(*args, **kwargs)

    @classmethod
    def from_db(
        cls, db: str | None, field_names: Collection[str], values: Collection[Any], **more: Any
    ) -> Self:
        row = super().from_db(db, field_names, values, **more)
        row.stored = (tuple(field_names), tuple(values))
        return row

    def refresh_from_db(self, using: Any = None, fields: Any = None, from_queryset: Any = None) -> None:
        super().refresh_from_db(using, fields, from_queryset)
        self._note_stored()

    def _note_stored(self) -> None:
        names = [field.attname for field in self._meta.concrete_fields if field.attname in self.__dict__]
        self.stored = (names, [self.__dict__[name] for name in names])

    def changes_since_read(self) -> Changes:
        """Field → [stored value, present value] of the fields that differ; of a new row, of all not empty."""
        stored = dict(zip(*self.stored, strict=True))
        pairs = {field.name: [stored.get(field.attname), value] for field, value in self._recorded()}
        return {name: pair for name, pair in pairs.items() if _differ(*pair)}

    def _recorded(self) -> Iterator[tuple[Any, Any]]:
        """Each loaded field that the audit records, with its value."""
        for field in self._meta.concrete_fields:
            if field.attname in self.__dict__ and field.name not in UNRECORDED:
                yield field, self.__dict__[field.attname]

    @classmethod
    def counts_changes(cls) -> bool:
        """Whether `version` counts changes; a person gives the `version` of a light rule."""
        return any(field.name == "version" and not field.editable for field in cls._meta.concrete_fields)

    @property
    def today(self) -> date:
        return timezone.localdate(self.moment)

    def column(self, name: str) -> Any:
        """The stored value of a field; for a foreign key, the key."""
        return getattr(self, attname(type(self), name))

    def put(self, values: Mapping[str, Any]) -> None:
        """Set fields from field → stored value (for a foreign key, the key); does not save."""
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
            # clean() compares numbers and days; if a value is neither, clean_fields() reports its field.
            self.clean_fields(exclude=exclude)
            raise

    @classmethod
    def clean_rows(cls, rows: Sequence[Self], check: Callable[[Self], None] | None = None) -> None:
        """Validate and complete many new rows like full_clean(), without queries for each row.

        Related rows must be loaded. Only the database checks the check constraints, because each
        repeats a validator. `check` defaults to clean_fields() and clean(). Raises ValidationError
        with one message for each refused row.
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

    @classmethod
    def write_rows(cls, rows: Sequence[Self], check: Callable[[Self], None] | None = None) -> None:
        """Check many new rows by `clean_rows`, write them, and note them in the record of the act."""
        with recording(Act.CREATE) as act:
            cls.clean_rows(rows, check)
            insert(rows)
            for row in rows:
                act.note(row, row.changes_since_read())

    def clean_alone(self) -> None:
        self.clean_fields()
        self.clean()

    @classmethod
    def read_ahead(cls, rows: Sequence[Self]) -> None:
        """Read in bulk the data that clean() would query for each row, and keep it on the row."""

    @classmethod
    def _doubles(cls, rows: Sequence[Self]) -> dict[int, ValidationError]:
        """Row number (from 1) → error, for rows that repeat a unique value of a stored or earlier row."""
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
        """Each unique combination of fields, with the constraint's own error, or None if it has none."""
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
                    setattr(self, field.attname, kept := clean_text(value))
                    # Django checks the length of a CharField, and leaves that of a TextField to its form
                    if isinstance(field, models.TextField) and field.max_length:
                        MaxLengthValidator(field.max_length)(kept)
                except ValidationError as error:
                    errors[field.name] = error
        if errors:
            raise ValidationError(errors)
        # A foreign key whose row is loaded, or that stands as it was read, names a row that exists.
        stored = dict(zip(*self.stored, strict=True))
        given = {key: value for key in keys if (value := getattr(self, key.attname)) is not None}
        exist = {k.name for k, value in given.items() if k.is_cached(self) or stored.get(k.attname) == value}
        super().clean_fields(exclude={*(exclude or ()), *exist})


def _differ(old: Any, new: Any) -> bool:
    return old != new and not (old in (None, "") and new in (None, ""))


@cache
def column(model: type[models.Model], name: str) -> Any:
    """A field with a column of its own."""
    return next(field for field in model._meta.concrete_fields if field.name == name)


@cache
def attname(model: type[models.Model], name: str) -> str:
    """The attribute that holds a field's column."""
    attribute: str = column(model, name).attname
    return attribute


@cache
def _texts_and_keys(
    model: type[models.Model],
) -> tuple[list[models.CharField | models.TextField], list[models.ForeignKey]]:
    fields = model._meta.concrete_fields
    texts = [field for field in fields if isinstance(field, models.CharField | models.TextField)]
    return texts, [field for field in fields if isinstance(field, models.ForeignKey)]
