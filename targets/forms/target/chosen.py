"""Another target chosen on a form: from a list that a script searches, or by its code or title."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from targets import explain
from targets.models import Target
from targets.models.base import plain_code
from targets.register.finding import containing

TYPED = "typed:"  # before what was typed, so that a code of digits is not read as a key
SIMILAR = 5  # how many are named where none fits
LONGEST = 100


class TargetSelect(AutocompleteSelect):
    """Where no script runs, the list cannot be searched: a box beside it takes the code or the title."""

    template_name = "admin/targets/widgets/target_select.html"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        typed = data.get(f"{name}-typed", "").replace("\x00", "").strip()[:LONGEST]
        return f"{TYPED}{typed}" if typed else super().value_from_datadict(data, files, name)

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        is_typed = isinstance(value, str) and value.startswith(TYPED)
        context: dict[str, Any] = super().get_context(name, None if is_typed else value, attrs)
        context["widget"] |= {"typed": value.removeprefix(TYPED) if is_typed else "", "longest": LONGEST}
        return context


class TargetField(forms.ModelChoiceField):
    def to_python(self, value: Any) -> Target | None:
        if isinstance(value, str) and value.startswith(TYPED):
            return self._called(value.removeprefix(TYPED))
        found: Target | None = super().to_python(value)
        return found

    def _called(self, words: str) -> Target:
        """The target with this code or title. Raises ValidationError, which names similar ones."""
        targets: Any = self.queryset
        found = list(targets.filter(Q(code=plain_code(words)) | Q(title=words))[:2])
        if len(found) == 1:
            return found[0]
        similar = targets.filter(containing(words, ("code", "title")))[:SIMILAR]
        named = explain.listed(map(str, similar))
        if not named:
            raise ValidationError(_("No target has the code or the title “%(words)s”.") % {"words": words})
        told = _("Please type the code of one target. Similar to “%(words)s”: %(named)s.")
        raise ValidationError(told % {"words": words, "named": named})
