"""A table that comes in by paste or by file, and what each of its columns holds."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from targets.forms.plan.door import LIMITS, MOST_CHARACTERS, MOST_HTML, MOST_LINES, Door
from targets.forms.plan.pasted_lines import COLUMNS
from targets.reading import pasted
from targets.reading.broken import rejoined
from targets.reading.headings import CURVE, STAGE, Headings, as_chosen, plain
from targets.reading.sheet.limits import MEGABYTE

MOST_COLUMNS = 30


class TableForm(forms.Form):
    """Every answer contains the whole text again, so that no input is lost.

    `year`: of the plan that the table belongs to; `chosen`: what was said before of which heading.
    """

    data: dict[str, Any]

    file = forms.FileField(
        label=gettext_lazy("Workbook (.xlsx)"),
        required=False,
        allow_empty_file=True,
        help_text=gettext_lazy("At most %(most)s MB.") % {"most": LIMITS.size // MEGABYTE},
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )
    text = forms.CharField(
        label=gettext_lazy("Rows from a sheet"),
        strip=False,
        widget=forms.Textarea(
            attrs={
                "rows": 12,
                "class": "vLargeTextField pasted",
                "spellcheck": "false",
                "data-most-html": MOST_HTML,
            }
        ),
    )
    merged = forms.BooleanField(
        label=gettext_lazy("Empty cells of unit, leader and domain repeat the one above (merged cells)"),
        required=False,
    )
    html = forms.CharField(
        widget=forms.HiddenInput, required=False
    )  # what the clipboard held beside the text
    book = forms.CharField(widget=forms.HiddenInput, required=False)
    headed = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        data: QueryDict | None = None,
        files: MultiValueDict[str, UploadedFile] | None = None,
        *,
        year: int,
        chosen: Mapping[str, str],
    ) -> None:
        super().__init__(data.copy() if data is not None else None, files)
        self.year, self.chosen = year, chosen
        self._as_read: list[str] = []  # the field that each column's heading says
        if data is None:
            return
        self.door = Door(self.data, files.get("file") if files else None, year)
        self.fields["text"].required = not self.door.fault
        if len(self.door.choices) > 1:
            self.fields["sheet"] = forms.ChoiceField(choices=self.door.choices, label=_("Sheet"))
        if not self.too_much:
            self._ask_for_columns()

    @cached_property
    def too_much(self) -> str:
        """Return why the text is too large, or an empty string. Checked before the text is parsed."""
        text = self.data.get("text", "")
        lines = max(text.count("\n"), text.count("\r")) + 1
        if len(text) > MOST_CHARACTERS:
            told = _(
                "At most %(most)s characters at once; these are %(found)s. Please paste the table in parts."
            )
            return told % {"most": MOST_CHARACTERS, "found": len(text)}
        if lines > MOST_LINES:
            told = _("At most %(most)s lines at once; these are %(found)s. Please paste the table in parts.")
            return told % {"most": MOST_LINES, "found": lines}
        return ""

    @cached_property
    def _whole(self) -> tuple[list[list[str]], dict[int, int]]:
        """The cells, rows whole that were copied broken, and how many lines each of those took."""
        return rejoined(pasted.cells(self.data.get("text", "")), self.year)

    @property
    def cells(self) -> list[list[str]]:
        return self._whole[0]

    @cached_property
    def headings(self) -> Headings:
        found = pasted.headings(self.cells, self.year)
        if not found:
            return Headings([], list(pasted.ORDER), rows=0)
        return as_chosen(found[1], self.chosen, self.year)

    @property
    def chosen_now(self) -> dict[str, str]:
        """Heading → field of each column of which a person said something else than was read."""
        told = zip(self.headings.words, self._as_read, self.named, strict=False)
        return {
            heading: name
            for words, read, name in told
            if name != read and name in ("", *COLUMNS) and 0 < len(heading := plain(words, self.year)) <= 50
        }

    def _ask_for_columns(self) -> None:
        """Each column defaults to its heading until the user chooses; new headings reset the choices."""
        words, known = self.headings.words, self.headings.fields
        headed = "\t".join(words)
        is_same = self.data.get("headed") == headed
        self.data["headed"] = headed
        months = [(name, _("planned to month %(month)s") % {"month": name.removeprefix(CURVE)})
                  for name in known if name.startswith(CURVE)]  # fmt: skip
        months += [(name, _("planned in the period to month %(month)s") % {"month": name.removeprefix(STAGE)})
                   for name in known if name.startswith(STAGE)]  # fmt: skip
        choices = [("", _("keep as a note")), *COLUMNS.items(), *months]
        for index in range(min(max(map(len, self.cells), default=0), MOST_COLUMNS)):
            name = f"column-{index}"
            says = known[index] if index < len(known) and known[index] not in known[:index] else ""
            self._as_read.append(says)
            self.data[name] = self.data.get(name, says) if is_same else says
            label = words[index] if index < len(words) else ""
            label = label or _("Column %(number)s") % {"number": index + 1}
            self.fields[name] = forms.ChoiceField(choices=choices, required=False, label=label)

    @property
    def named(self) -> list[str]:
        """The field of each column: as chosen, else as its heading says."""
        fields = [name for name in self.fields if name.startswith("column-")]
        return [self.data[name] for name in fields]

    @cached_property
    def table(self) -> pasted.Table:
        merged = bool(self.data.get("merged"))
        cells, broken = self._whole
        return pasted.Table.read(cells, self.named, merged=merged, year=self.year, broken=broken)

    @property
    def asked_sheet(self) -> BoundField | None:
        return self["sheet"] if "sheet" in self.fields else None

    @property
    def asked_columns(self) -> list[BoundField]:
        return [self[name] for name in self.fields if name.startswith("column-")]
