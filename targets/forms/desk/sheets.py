"""The files that are chosen together to be read back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from targets.reading.sheet import Limits
from targets.reading.sheet.limits import MEGABYTE

MOST_FILES = 50
LARGEST = Limits().size


class _SeveralFiles(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One file or several; each is read and refused by itself, so that one does not hold up the rest."""

    widget = _SeveralFiles(attrs={"accept": ".xlsx", "multiple": True})

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        files = [file for file in data or () if file]
        if not files:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(files) > MOST_FILES:
            raise ValidationError(_("At most %(most)s files at once."), params={"most": MOST_FILES})
        return files


class SheetsForm(forms.Form):
    sheets = FilesField(
        label=_("Filled-in sheets (.xlsx)"),
        help_text=_("One file or several, each of at most %(size)s MB.") % {"size": LARGEST // MEGABYTE},
    )
