"""发布: the polished words, what the issue takes with it, and what stands on its paper."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from targets.forms.base.fields import DayFormField, field_of, form_field
from targets.models import IssuedReport, KeptFile, PolishedText
from targets.models.audit.recording import recording
from targets.models.enums import Act
from targets.models.people.viewer import Account
from targets.reading.sheet.limits import MEGABYTE
from targets.register.bulletin import Wanted
from targets.register.row import RegisterRow

TYPED = ("document_no", "signed_by", "printed_on")  # of the paper; the signed copy is sent along
LARGEST = 20 * MEGABYTE
SCANS = {b"%PDF-": "PDF", b"\xff\xd8\xff": "JPG", b"\x89PNG\r\n": "PNG", b"PK\x03\x04": "OFD"}


class WordsForm(forms.Form):
    """The words of some rows, each with a text area per column; a text put back is polished no more."""

    def __init__(
        self, data: QueryDict | None = None, *, report: IssuedReport, rows: Sequence[RegisterRow]
    ) -> None:
        super().__init__(data)
        self.report, self.rows = report, rows
        texts = report.polished.all() if report.pk else ()
        self.polished = {(text.target_id, text.field): text for text in texts}
        for row in rows:
            for name, label in PolishedText.FIELDS.items():
                self.fields[self._key(row, name)] = forms.CharField(
                    required=False,
                    label=label,
                    max_length=5000,
                    initial=self._shown(row, name),
                    widget=forms.Textarea(attrs={"rows": 3}),
                )

    @staticmethod
    def _key(row: RegisterRow, name: str) -> str:
        return f"{name}-{row.target.pk}"

    def _shown(self, row: RegisterRow, name: str) -> str:
        text = self.polished.get((row.target.pk, name))
        return text.text if text else said(row, name)

    @property
    def lines(self) -> Iterable[tuple[RegisterRow, list[tuple[forms.BoundField, str, str]]]]:
        """Each row with its fields, the unit's words where they are polished, and whether these are new."""
        for row in self.rows:
            found = []
            for name in PolishedText.FIELDS:
                text, words = self.polished.get((row.target.pk, name)), said(row, name)
                state = "" if text is None else "polished" if text.said == words else "overtaken"
                found.append((self[self._key(row, name)], words if text else "", state))
            yield row, found

    def write(self, by: Account) -> None:
        """Keep what differs from the unit's words. Raises PermissionDenied or ValidationError."""
        self.report.plan.refuse_to_be_run(by)
        with recording(Act.CHANGE, self.report, by=by):
            if self.report.pk is None:
                self.report.save()
            for row in self.rows:
                for name in PolishedText.FIELDS:
                    self._write(row, name, self.cleaned_data[self._key(row, name)])

    def _write(self, row: RegisterRow, name: str, typed: str) -> None:
        stored, words = self.polished.get((row.target.pk, name)), said(row, name)
        typed = typed.replace("\r\n", "\n").strip()
        if typed in ("", words.strip()):
            if stored:
                stored.delete()
            return
        text = stored or PolishedText(report=self.report, target=row.target, field=name)
        if (text.text, text.said) != (typed, words):
            text.text, text.said = typed, words
            text.save()


def said(row: RegisterRow, name: str) -> str:
    """What the unit wrote, whatever the issue makes of it."""
    polished, row.polished = row.polished, {}
    try:
        return row.words(name)
    finally:
        row.polished = polished


class PublishForm(forms.Form):
    """What the issue takes with it: number, sheets, and what is known of its paper already."""

    number = forms.IntegerField(label=gettext_lazy("number of the issue"), min_value=1, max_value=9999)
    sheets = forms.MultipleChoiceField(label=gettext_lazy("sheets"), widget=forms.CheckboxSelectMultiple)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        report: IssuedReport,
        sheets: Iterable[str],
        usual: Sequence[str],
    ) -> None:
        super().__init__(data)
        self.fields["number"].initial = IssuedReport.objects.next_number(report.plan)
        self.fields["sheets"].initial = usual
        field_of(self, "sheets", forms.MultipleChoiceField).choices = [(name, name) for name in sheets]
        self.fields |= _of_paper()
        self.order_fields(["number", *IssuedReport.ON_PAPER, "sheets"])

    def put_on(self, report: IssuedReport) -> None:
        report.put({name: self.cleaned_data[name] for name in ("number", *TYPED)})


class PaperForm(forms.Form):
    """What is on the paper, which is often known only after the report was handed out."""

    signed_copy = forms.FileField(
        required=False, label=gettext_lazy("signed copy"), help_text=gettext_lazy("PDF, OFD, JPG or PNG")
    )

    def __init__(
        self, data: QueryDict | None = None, files: MultiValueDict[str, UploadedFile] | None = None, *,
        report: IssuedReport,
    ) -> None:  # fmt: skip
        super().__init__(data, files)
        self.report = report
        self.fields |= _of_paper()
        self.initial = {name: getattr(report, name) for name in self.fields if name != "signed_copy"}
        self.order_fields(IssuedReport.ON_PAPER)

    def clean_signed_copy(self) -> UploadedFile | None:
        file: UploadedFile | None = self.cleaned_data["signed_copy"]
        if file is None:
            return None
        if file.size is None or file.size > LARGEST:
            raise ValidationError(_("The file is larger than %(most)s MB.") % {"most": LARGEST // MEGABYTE})
        head = file.read(8)
        file.seek(0)
        if not any(head.startswith(start) for start in SCANS):
            raise ValidationError(_("The signed copy has to be a PDF, OFD, JPG or PNG file."))
        return file

    def write(self, by: Account) -> None:
        """Raises PermissionDenied or ValidationError."""
        fields: dict[str, Any] = {name: self.cleaned_data[name] for name in TYPED}
        file, kept = self.cleaned_data["signed_copy"], None
        self.report.plan.refuse_to_be_run(by)
        with recording(Act.CHANGE, self.report, by=by):
            if file is not None:
                kept = KeptFile.keep(file.read(), file.name or "", by=by)
                kept.enter(by=by)
            self.report.note_paper(fields, by=by, signed_copy=kept)


def _of_paper() -> dict[str, forms.Field]:
    return {
        "document_no": form_field(IssuedReport, "document_no"),
        "signed_by": form_field(IssuedReport, "signed_by"),
        "printed_on": DayFormField(
            label=gettext_lazy("printed on"), required=False, widget=forms.DateInput()
        ),
    }


class BulletinForm(forms.Form):
    """What whoever writes the circular decides; all of it stands in the address."""

    number = forms.IntegerField(
        required=False, label=gettext_lazy("number of the issue"), min_value=1, max_value=9999
    )
    addressed = forms.CharField(label=gettext_lazy("addressed to"), max_length=200, required=False)
    demands = forms.CharField(
        label=gettext_lazy("what is asked for next"),
        max_length=1500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    copied_to = forms.CharField(label=gettext_lazy("copies to"), max_length=200, required=False)
    is_public = forms.BooleanField(label=gettext_lazy("public variant, without what lags"), required=False)
    names_late = forms.BooleanField(label=gettext_lazy("name units with reports missing"), required=False)

    def wanted(self) -> Wanted:
        """As typed; what was left empty reads as usual."""
        typed = {name: value for name, value in self.cleaned_data.items() if value}
        return Wanted(**typed)
