"""What units sent back of a drafted plan: differences to accept or decline, kept with their words."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from targets import explain
from targets.forms.plan.door import LIMITS
from targets.forms.plan.proposal import ACCEPTED, Proposal
from targets.models import OrgUnit, Plan, Target, TargetNote, TrajectoryPoint
from targets.models.audit.recording import recording
from targets.models.enums import Act, NoteKind
from targets.reading import sheet
from targets.reading.returned import CHANGEABLE, HEADINGS, SENT, Key, Line, Returned
from targets.register.consultation import sent_out

MOST_FILES = 60
MOST_CHARACTERS = 1_000_000  # of all files together, as the page keeps them
_LONGEST_NOTE = 500
_MEANWHILE = gettext_lazy("The plan's targets changed meanwhile; please look at the rows again.")
_NOTHING_TO_SAY = ("无", "无意见", "无修改意见", "没有意见", "同意", "/", "—", "-")


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


@dataclass(frozen=True, slots=True)
class Sent:
    """A row that came back, as the page keeps it: `cells` that were changed, and whatever else it says."""

    code: str
    version: int  # of the target when it went out; -1 where the row lost its key
    unit: int  # the key of the unit; 0 where it is not known
    cells: dict[str, str]
    words: str


class ConsultationForm(forms.Form):
    """`returned` keeps what was read, so that the files need not be sent again; nothing else is stored."""

    data: dict[str, Any]

    books = forms.FileField(
        label=gettext_lazy("Workbooks that came back (.xlsx)"),
        required=False,
        allow_empty_file=True,
        help_text=gettext_lazy("Several at once; nothing of the files is kept."),
        widget=FilesInput(attrs={"accept": ".xlsx"}),
    )
    returned = forms.CharField(widget=forms.HiddenInput, required=False)
    shown = forms.CharField(widget=forms.HiddenInput, required=False)  # the differences that the page showed

    def __init__(
        self,
        data: QueryDict | None = None,
        files: MultiValueDict[str, UploadedFile] | None = None,
        *,
        plan: Plan,
    ) -> None:
        super().__init__(data.copy() if data is not None else None)
        self.plan = plan
        self.sent: list[Sent] = []
        self.remarks: list[str] = []
        self.changed: dict[int, Target] = {}
        self.is_shown, self.proposals, self.decided_before = False, list[Proposal](), 0
        if data is None:
            return
        uploads = files.getlist("books") if files else []
        if uploads:
            self._open(uploads)
        else:
            self._take_kept()
        self.data["returned"] = json.dumps(
            {
                "sent": [[s.code, s.version, s.unit, s.cells, s.words] for s in self.sent],
                "remarks": self.remarks,
            },
            ensure_ascii=False,
        )
        self.proposals = self._found()
        told = repr([(each.name, each.old) for each in self.proposals])
        shown = hashlib.sha256(told.encode()).hexdigest()
        self.is_shown = self.data.get("shown") == shown
        self.data["shown"] = shown
        for each in self.proposals:
            each.add_to(self)

    # --- files --------------------------------------------------------------------------------

    def _open(self, uploads: list[UploadedFile]) -> None:
        if len(uploads) > MOST_FILES:
            told = _("At most %(most)s files at once; these are %(found)s.")
            self.remarks.append(told % {"most": MOST_FILES, "found": len(uploads)})
            return
        room = MOST_CHARACTERS
        for upload in uploads:
            name = "".join(sign for sign in str(upload.name) if sign.isprintable())[:100]
            try:
                sent, remarks = self._read(upload)
            except sheet.FileRefusal as refused:
                sent, remarks = [], [explain.file_refusal(refused)]
            room -= sum(len(each.words) + sum(map(len, each.cells.values())) for each in sent)
            if room < 0:
                sent, remarks = [], [_("there is too much in it; please upload it in a file of its own")]
            self.sent += sent
            self.remarks += [
                _("%(heading)s: %(text)s") % {"heading": name, "text": remark} for remark in remarks
            ]

    def _read(self, upload: UploadedFile) -> tuple[list[Sent], list[str]]:
        if (upload.size or 0) > LIMITS.size:
            raise sheet.FileRefusal("file_is_large", most=LIMITS.size // sheet.limits.MEGABYTE)
        sent, remarks = list[Sent](), list[str]()
        for each in sheet.read(upload.read(), LIMITS).sheets:
            found = Returned.read(each)
            if found is None:
                if each.cells:
                    told = _("Sheet “%(sheet)s” has not the headings that were sent out; it was left.")
                    remarks.append(told % {"sheet": each.name})
                continue
            keys = [key for line in found.lines if (key := Key.read(line.text("key")))]
            unit = Counter(key.unit for key in keys).most_common(1)[0][0] if keys else 0
            sent += [self._sent(line, found, unit) for line in found.lines]
            remarks += [
                _("%(sheet)s, %(place)s belongs to no target: %(text)s")
                % {"sheet": each.name, "place": place, "text": text[:_LONGEST_NOTE]}
                for place, text in found.apart
            ]
        return sent, remarks

    def _sent(self, line: Line, found: Returned, unit: int) -> Sent:
        key = Key.read(line.text("key"))
        cells: dict[str, str] = {name: line.text(name) for name in SENT if name in found.fields}
        words = "；".join([*filter(None, [line.text("words")]), *line.beside])
        if key is None:
            return Sent(self._codes.get(line.text("number"), ""), -1, unit, cells, words)
        cells = {name: text for name, text in cells.items() if not key.is_as_sent(name, text)}
        return Sent(key.code, key.version, key.unit, cells, words)

    @cached_property
    def _codes(self) -> dict[str, str]:
        """Number → code, for rows that lost their keys."""
        return {str(number): code for number, code in self.plan.targets.values_list("number", "code")}

    def _take_kept(self) -> None:
        try:
            kept = json.loads(self.data.get("returned") or "{}")
            self.sent = [
                Sent(
                    str(code), int(version), int(unit), {str(k): str(v) for k, v in cells.items()}, str(words)
                )
                for code, version, unit, cells, words in kept.get("sent", ())
            ]
            self.remarks = [str(each) for each in kept.get("remarks", ())]
        except (ValueError, TypeError, AttributeError, RecursionError):
            self.sent, self.remarks = [], []

    # --- differences --------------------------------------------------------------------------

    @cached_property
    def _targets(self) -> dict[str, Target]:
        rows = self.plan.targets.filter(code__in={each.code for each in self.sent})
        rows = rows.select_related("lead_unit", "plan__jurisdiction")
        return {row.code: row for row in rows.prefetch_related("supporting_units__unit", "trajectory")}

    @cached_property
    def _units(self) -> dict[int, OrgUnit]:
        within = OrgUnit.objects.filter(path__startswith=self.plan.jurisdiction.path)
        return within.in_bulk({each.unit for each in self.sent})

    @cached_property
    def _noted(self) -> dict[tuple[int, int], str]:
        """Target and unit → what was decided before about its comments."""
        found: dict[tuple[int, int], str] = {}
        notes = TargetNote.objects.filter(target__in=self._targets.values(), kind=NoteKind.COMMENT)
        for target, unit, text in notes.order_by("pk").values_list("target", "unit", "text"):
            found[target, unit or 0] = found.get((target, unit or 0), "") + text
        return found

    def _found(self) -> list[Proposal]:
        found: dict[str, Proposal] = {}
        for sent in self.sent:
            for each in self._of(sent):
                noted = self._noted.get((each.target.pk, each.unit.pk if each.unit else 0), "")
                is_decided = each.mark in noted
                found.setdefault(each.name, replace(each, is_decided=is_decided))
        order = {code: place for place, code in enumerate(sorted(self._targets, key=self._place))}
        open_ones = [each for each in found.values() if not each.is_decided]
        self.decided_before = len(found) - len(open_ones)
        return sorted(open_ones, key=lambda each: order[each.target.code])

    def _place(self, code: str) -> tuple[int, int]:
        target = self._targets[code]
        return target.number, target.pk

    def _of(self, sent: Sent) -> Iterator[Proposal]:
        target, unit = self._targets.get(sent.code), self._units.get(sent.unit)
        if target is None:
            return
        out = sent_out(target, unit or target.lead_unit)
        words = "" if sent.words in _NOTHING_TO_SAY else sent.words
        if "units" in sent.cells and not _same(sent.cells["units"], out["units"]):
            of_units = _("%(heading)s: %(text)s") % {
                "heading": HEADINGS["units"],
                "text": sent.cells["units"],
            }
            words = "；".join(filter(None, [words, of_units]))
        about = Proposal(target, unit, words=words, is_old=sent.version not in (-1, target.version))
        changes = [
            replace(about, column=name, old=out[name], new=sent.cells[name])
            for name in CHANGEABLE
            if name in sent.cells and not _same(sent.cells[name], out[name])
        ]
        yield from changes
        if words and not changes:
            yield about

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Each proposal with its fields, for the page."""
        return [
            {"about": each, "do": self[each.do], "to": self[each.to] if each.column else None}
            for each in self.proposals
        ]

    @property
    def lost(self) -> list[str]:
        """Rows that name no target of the plan: their words are shown, so that nothing is lost unseen."""
        return [
            " ".join(filter(None, [*sent.cells.values(), sent.words]))
            for sent in self.sent
            if sent.code not in self._targets
        ]

    # --- decisions ----------------------------------------------------------------------------

    @cached_property
    def curves_dropped(self) -> dict[int, str]:
        """Target → its monthly plan in words, where that does not lead to what was accepted."""
        found = {}
        for target in self.changed.values():
            points = {point.period_end: point.planned_value for point in target.trajectory.all()}
            if points and target.fault_of_the_curve(points):
                until = target.plan.ends_on
                told = (f"{explain.month_of(end, until)}{explain.number(v)}" for end, v in points.items())
                found[target.pk] = "、".join(told)
        return found

    @property
    def without_curve(self) -> str:
        """The targets that need a new monthly plan."""
        changed = (self.changed[pk] for pk in self.curves_dropped)
        return explain.listed(f"{target.number} {target.title}" for target in changed)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        taken: dict[tuple[int, str], Proposal] = {}
        for each in sorted(self.proposals, key=lambda each: each.column != "title"):
            if cleaned.get(each.do) != ACCEPTED or not each.column:
                continue
            if (each.target.pk, each.column) in taken:
                self.add_error(each.to, _("Only one proposal for the same cell can be accepted."))
                continue
            taken[each.target.pk, each.column] = each
            target = self.changed.setdefault(each.target.pk, each.target)
            try:
                each.put(target, cleaned.get(each.to) or "")
            except ValidationError as refused:
                self.add_error(each.to, refused)
        for each in taken.values():
            try:
                if not self.errors.get(each.to):
                    each.target.clean_alone()
            except ValidationError as refused:
                self.add_error(each.to, ValidationError(refused.messages))
        return cleaned

    @property
    def decisions(self) -> list[tuple[Proposal, str]]:
        """What was decided about each proposal; the undecided stay for later."""
        given = [(each, self.cleaned_data.get(each.do) or "") for each in self.proposals]
        return [(each, decision) for each, decision in given if decision]

    def may_be_written(self) -> bool:
        if not self.is_shown:
            self.add_error(None, str(_MEANWHILE))
        elif not self.decisions:
            self.add_error(None, _("Please choose for at least one row whether it is accepted."))
        return not self.errors

    def write(self, *, by: Any) -> int:
        """Save what was accepted, and a note of each decision; how many were decided."""
        notes = [
            TargetNote(
                target=each.target, kind=NoteKind.COMMENT, text=text, unit=each.unit,
                written_by=by, written_at=timezone.now(),
            )
            for each, decision in self.decisions
            for text in _parts(self._noted_as(each, decision))
        ]  # fmt: skip
        told = "\n".join(f"{note.target} · {note.unit or ''}：{note.text}" for note in notes)
        with recording(Act.DEFINE if self.changed else Act.REMARK, self.plan, by=by, remark=told):
            plan = Plan.objects.select_for_update().get(pk=self.plan.pk)
            if plan.state != Plan.State.DRAFTING:
                raise ValidationError(_("Units are asked while the plan is drafted."))
            locked = Target.objects.locked().filter(pk__in=self.changed)
            if {(row.pk, row.version) for row in locked} != {
                (pk, t.version) for pk, t in self.changed.items()
            }:
                raise ValidationError(str(_MEANWHILE))
            for target in self.changed.values():
                if target.pk in self.curves_dropped:
                    TrajectoryPoint.objects.plan(target, {}, by=by)
                target.save()
            TargetNote.write_rows(notes)
        return len(self.decisions)

    def _noted_as(self, each: Proposal, decision: str) -> str:
        told = each.noted(decision, self.cleaned_data.get(each.to) or "")
        curve = self.curves_dropped.get(each.target.pk)
        if curve and decision == ACCEPTED and each.may_end_the_curve:
            told += f"；原分月计划（{curve}）与新目标不符，已删去"
        return told


def _same(given: str, out: str) -> bool:
    return "".join(given.split()).strip("—") == "".join(out.split()).strip("—")


def _parts(text: str) -> list[str]:
    return [text[start : start + _LONGEST_NOTE] for start in range(0, len(text), _LONGEST_NOTE)]
