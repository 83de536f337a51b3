"""One difference between a drafted target and what a unit sent back: the cell, its words, what is decided."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from targets.forms.plan.pasted_lines import DOUBTS
from targets.models import OrgUnit, Target
from targets.models.enums import WORDS_ONLY
from targets.reading import promised
from targets.reading.returned import HEADINGS

if TYPE_CHECKING:
    from targets.forms.plan.consultation import ConsultationForm

ACCEPTED, DECLINED = "accept", "decline"
DECIDED = {ACCEPTED: gettext_lazy("accepted"), DECLINED: gettext_lazy("declined")}
_KEPT_OPEN = ("", "measure", "comparator")  # what the words leave open stays as the target has it


@dataclass(frozen=True, slots=True)
class Proposal:
    """`column`: the field of the cell that was changed; empty where only words came back.

    `is_old`: the target changed since it was sent out. `is_decided`: a note says what became of it.
    """

    target: Target
    unit: OrgUnit | None
    words: str = ""
    column: str = ""
    old: str = ""
    new: str = ""
    is_old: bool = False
    is_decided: bool = False

    @property
    def name(self) -> str:
        told = repr((self.target.code, self.unit and self.unit.pk, self.column, self.new, self.words))
        return hashlib.sha256(told.encode()).hexdigest()[:12]

    @property
    def do(self) -> str:
        return f"do-{self.name}"

    @property
    def to(self) -> str:
        return f"to-{self.name}"

    @property
    def heading(self) -> str:
        return HEADINGS[self.column or "words"]

    @property
    def mark(self) -> str:
        """By which a note is known to be about it."""
        return f"{self.heading}改为“{self.new or '—'}”" if self.column else f"{self.heading}：{self.words}"

    @property
    def may_end_the_curve(self) -> bool:
        """Whether a monthly plan stands that may not lead to what is proposed."""
        return self.column in ("value", "due") and bool(self.target.trajectory.all())

    @property
    def told(self) -> str:
        """What came back, in words."""
        if not self.column:
            return self.mark
        change = f"{self.mark}，原为“{self.old or '—'}”"
        return f"{change}；{HEADINGS['words']}：{self.words}" if self.words else change

    def noted(self, decision: str, taken: str) -> str:
        """With what was decided, and what was written in its place."""
        other = f"，{taken}" if decision == ACCEPTED and self.column and taken != self.new else ""
        return f"{self.told}（{DECIDED[decision]}{other}）"

    def add_to(self, form: ConsultationForm) -> None:
        about = f"{self.target.number} {self.heading}"
        form.fields[self.do] = forms.ChoiceField(
            choices=[("", _("decide later")), *DECIDED.items()], required=False,
            widget=forms.Select(attrs={"aria-label": f"{about} {_('decision')}"}),
        )  # fmt: skip
        if self.column:
            form.data.setdefault(self.to, self.new)
            form.fields[self.to] = forms.CharField(
                required=False,
                widget=forms.Textarea(attrs={"rows": 2, "aria-label": about}),
            )  # fmt: skip

    # --- what is accepted becomes the target's ------------------------------------------------

    def put(self, target: Target, words: str) -> None:
        """Write the accepted words into the target, unsaved. Raises ValidationError."""
        words = words.strip()
        if self.column == "title":
            target.title = words
            return
        if self.column == "due":
            target.due_on, target.due_text = promised.deadline(words, target.plan.year), words.strip("—")
            return
        self._put_value(target, words)

    @staticmethod
    def _put_value(target: Target, words: str) -> None:
        unit = target.unit_of_measure if target.measure not in WORDS_ONLY else ""
        found = promised.read(target.title, words, unit, "", target.plan.year)
        if len(words) > promised.LONGEST:
            raise ValidationError(_("At most %(most)s characters.") % {"most": promised.LONGEST})
        if target.measure in WORDS_ONLY and found.value is None:
            target.stated_as = words
            return
        measure = found.measure if found.is_measured else target.measure
        comparator = found.comparator or target.comparator
        doubt = found.doubt if found.value is not None else found.doubt or "value"
        if doubt in _KEPT_OPEN and measure in WORDS_ONLY:
            doubt = "measure"
        elif doubt in _KEPT_OPEN:
            doubt = "" if comparator else "comparator"
        if doubt:
            told = _("This is not read as a target value: %(why)s. Write it otherwise, or use its own page.")
            raise ValidationError(told % {"why": DOUBTS.get(doubt, doubt)})
        target.measure, target.comparator = measure, comparator
        target.target_value, target.upper_value = found.value, found.upper_value
        target.direction = found.direction or target.direction
        target.unit_of_measure = found.unit_of_measure or target.unit_of_measure
        target.decimals = None
        if found.firmness != Target.Firmness.EXPECTED:
            target.firmness = found.firmness
        target.state, target.stated_as = Target.State.ACTIVE, words
