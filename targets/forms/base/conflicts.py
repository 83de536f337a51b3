"""Base of the admin forms: refusals at their field, and no overwriting of changes the user has not seen."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from targets import explain
from targets.models.base import locking
from targets.rules.quantities import plain

BETWEEN = ","  # the keys of several choices


class ShowsRefusals:
    """A form whose act may be refused after the form was valid."""

    def show(self, refusal: ValidationError) -> None:
        """Show each error at its field; errors on fields that this form lacks go above the form."""
        for name, errors in refusal.update_error_dict({}).items():
            self.add_error(name if name in self.fields else None, errors)  # type: ignore[attr-defined]


class RefusalForm(ShowsRefusals, forms.ModelForm):
    """`refusal` is an error raised while saving; the form shows it again and keeps all input."""

    refusal: ValidationError | None = None

    _errors: ErrorDict

    def full_clean(self) -> None:
        super().full_clean()
        for field in self.hidden_fields():
            # nobody would see an error at a hidden field
            if field.name in self._errors:
                self.add_error(None, self._errors.pop(field.name).as_data())

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # not in the stubs
        if self.refusal is not None:
            self.show(self.refusal)

    def _update_errors(self, errors: ValidationError) -> None:
        """Show errors on fields that this form lacks above the form; Django would raise ValueError."""
        by_field = dict(getattr(errors, "error_dict", {}))
        for name in [name for name in by_field if name not in {*self.fields, NON_FIELD_ERRORS}]:
            self.show(ValidationError({name: by_field.pop(name)}))
        if by_field or not hasattr(errors, "error_dict"):
            left = ValidationError(by_field) if by_field else errors
            super()._update_errors(left)  # type: ignore[misc]  # not in the stubs


# --- what was seen ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Difference:
    """One field in words: the value stored now, and the value in the saving user's form."""

    label: str
    stored: str
    mine: str
    is_kept: bool  # the user typed it, so it stays; else the form takes the stored value


class SeenField(forms.CharField):
    """A hidden field that never counts as a change."""

    widget = forms.HiddenInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


def spelled(field: forms.Field, raw: Any) -> str:
    """Return a value in one canonical spelling, so that values typed differently compare equal."""
    is_choice = isinstance(field, forms.ModelChoiceField)
    try:
        value = field.prepare_value(raw if is_choice else field.to_python(raw))
    except ValidationError:
        value = raw
    if isinstance(value, Decimal):
        value = plain(value)
    if value is None or value is False:
        return ""
    if isinstance(value, list):  # of a field with several choices
        return BETWEEN.join(sorted(map(str, value)))
    return str(value).replace("\r\n", "\n").strip()


def write_seen(values: Mapping[str, str]) -> str:
    """Return field → value as JSON for the hidden field; what is empty is left out."""
    return json.dumps({name: text for name, text in values.items() if text}, ensure_ascii=False)


def read_seen(text: Any) -> dict[str, str] | None:
    """Return field → the value the user saw; None if the posted JSON is missing or invalid."""
    try:
        seen = json.loads(text) if text else None
    except (ValueError, RecursionError):
        seen = None
    return {name: str(text) for name, text in seen.items()} if isinstance(seen, dict) else None


def in_words(field: forms.Field, spelling: str) -> str:
    if not spelling:
        return "—"
    if isinstance(field, forms.BooleanField):
        return _("Yes")
    if isinstance(field, forms.ModelMultipleChoiceField):
        every = cast("Iterable[tuple[Any, Any]]", field.choices)
        labels = {str(key): str(label) for key, label in every}
        return explain.listed(labels.get(key, key) for key in spelling.split(BETWEEN))
    if isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        choices = cast("Iterable[tuple[Any, Any]]", field.choices)  # none of ours is in groups
        return next((str(label) for key, label in choices if str(key) == spelling), spelling)
    return spelling


class SeenVersion(ShowsRefusals, forms.Form):
    """Carries the values that the user saw, so that saving never overwrites newer changes unseen.

    The row's `version`, or without one its content, tells whether it changed meanwhile. A refused
    form shows stored beside typed values and carries the newer version, so that saving again works.
    A field that the user did not change takes the newer stored value.
    """

    data: dict[str, Any]  # what was posted, or the fields of one row of it

    seen_version = SeenField()
    seen_values = SeenField()

    mine = gettext_lazy("what you typed")
    decides = False  # True: any newer change refuses the act
    differences: Sequence[Difference] = ()

    def row(self) -> Any:
        """Return the row that this form changes."""
        return self.instance  # type: ignore[attr-defined]

    def anew(self, row: Any) -> SeenVersion:
        """Return this form as it would open on `row`."""
        return type(self)(instance=row, prefix=self.prefix)  # type: ignore[call-arg]

    def lock(self) -> None:
        """Lock the row before the comparison, so that the comparison still holds when the row is saved."""
        locking(type(self.row())._default_manager.order_by()).filter(pk=self.row().pk).first()

    def watched(self) -> dict[str, forms.Field]:
        """Return the fields to compare; a subclass may add fields that the user only reads."""
        return {name: field for name, field in self.fields.items() if not field.widget.is_hidden}

    def stood(self) -> dict[str, str]:
        """Return field → value of the watched fields when the form opens."""
        return {
            name: spelled(field, self.get_initial_for_field(field, name))
            for name, field in self.watched().items()
        }

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        if field_name in self.initial:
            return super().get_initial_for_field(field, field_name)
        if field_name in ("seen_version", "seen_values") and not self.row().pk:
            return ""
        if field_name == "seen_version":
            return self.version_of(self.row())
        if field_name == "seen_values":
            return write_seen(self.stood())
        return super().get_initial_for_field(field, field_name)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.lock()
        if self.row().pk:
            self._refuse_what_is_stale(cleaned)
        return cleaned

    def _refuse_what_is_stale(self, cleaned: dict[str, Any]) -> None:
        row = type(self.row())._default_manager.filter(pk=self.row().pk).first()
        if row is None:
            raise ValidationError(_("Somebody deleted this meanwhile."), code="stale")
        seen = self._seen(cleaned.get("seen_values"))
        if row.counts_changes():
            is_stale = self.version_of(row) != (cleaned.get("seen_version") or self.version_of(self.row()))
        else:
            stored = self.anew(row).stood()
            is_stale = any(seen.get(name, "") != text for name, text in stored.items())
        if is_stale:
            self.differences = self._settle(row, seen)
            if self.differences or self.decides:
                raise self._stale(row)
            self.row().refresh_from_db()  # a second click: the same values are stored already

    def version_of(self, row: Any) -> str:
        return str(row.version) if row.counts_changes() else ""

    def compare(self, row: Any) -> None:
        """Show what is stored in `row` beside what was typed."""
        self.differences = self._settle(row, self._seen(self["seen_values"].data))

    def _stale(self, row: Any) -> ValidationError:
        """Return the error that says why nothing was saved."""
        return ValidationError(
            _(
                "Somebody else changed this meanwhile, so nothing was saved. Both versions are shown; "
                "save again to keep what stands in the form now."
            ),
            code="stale",
        )

    def _seen(self, text: Any) -> dict[str, str]:
        """Return the values that the user saw; without them, the values stored when the request came in."""
        stood, seen = self.stood(), read_seen(text)
        return stood if seen is None else {name: seen.get(name, "") for name in stood}

    def _settle(self, row: Any, seen: dict[str, str]) -> list[Difference]:
        """Return the differences between stored and typed values; the form then carries the newer version."""
        form = self.anew(row)
        stored, found = form.stood(), []
        self.data = self.data.copy()
        for name, field in form.watched().items():
            stood = seen.get(name, "")
            # read-only fields have no typed value
            typed = spelled(field, self[name].data) if name in self.fields else stood
            is_kept = name in self.fields and typed != stood
            if typed == stored[name]:
                continue
            if not is_kept:
                self._take(name, stored[name])
            label = capfirst(str(field.label or name))
            found.append(Difference(label, in_words(field, stored[name]), in_words(field, typed), is_kept))
        self._take("seen_version", self.version_of(row))
        self._take("seen_values", write_seen(stored))
        return found

    def _take(self, name: str, spelling: str) -> None:
        key = self.add_prefix(name)
        if isinstance(self.fields.get(name), forms.ModelMultipleChoiceField):
            cast("QueryDict", self.data).setlist(key, spelling.split(BETWEEN) if spelling else [])
        else:
            self.data[key] = spelling

    def _post_clean(self) -> None:
        # the user first reviews the newer version; model errors would refer to outdated values
        if not self.has_error(NON_FIELD_ERRORS, "stale"):
            super()._post_clean()  # type: ignore[misc]  # not in the stubs


class SeenVersionForm(SeenVersion, RefusalForm):
    """The form of one row."""


class SeenRowForm(SeenVersionForm):
    """One of many rows on their parent's page, which holds the lock; the row shows its own differences."""

    def lock(self) -> None:
        pass

    def full_clean(self) -> None:
        if key := self.fields.get(self._meta.model._meta.pk.name):
            key.error_messages["invalid_choice"] = _(
                "Somebody deleted this row meanwhile; tick “delete” to let it go too."
            )
        super().full_clean()
        words = _("now: %(stored)s; typed: %(mine)s")
        for difference in self.differences:
            told = words % {"stored": difference.stored, "mine": difference.mine}
            self.add_error(None, f"{difference.label}　{told}")
