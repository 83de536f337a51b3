"""划转, 调整责任领导: one request to change lead unit or leader of many targets."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from targets import explain
from targets.forms.base.conflicts import ShowsRefusals
from targets.forms.base.fields import DayFormField, MemberChoiceField, UnitChoiceField, field_of
from targets.forms.revision.revision import TAKEN_OFF, AskedAlready, people_within, units_within
from targets.models import Member, OrgUnit, Target, TargetRevision
from targets.models.audit.recording import recording
from targets.models.enums import RevisionKind
from targets.models.people.viewer import Account

MOST = 200
WORDS = {"rows": 3, "class": "vLargeTextField"}


class TogetherForm(ShowsRefusals, forms.Form):
    """One request over many targets: each target gets its own revision; all are decided together."""

    kind: RevisionKind
    changes: dict[str, Any]

    document_no = forms.CharField(label=_("document number"), max_length=100)
    reason = forms.CharField(label=_("reason"), max_length=500, widget=forms.Textarea(attrs=WORDS))

    def __init__(self, data: QueryDict | None = None, *, targets: list[Target], today: date) -> None:
        """`targets`: the chosen targets, with plan and jurisdiction already loaded."""
        super().__init__(data)
        self.targets, self.today = targets, today
        self.changes = {}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.targets:
            raise ValidationError(_("Please choose targets."))
        if len(self.targets) > MOST:
            raise ValidationError(_("At most %(most)s targets in one request."), params={"most": MOST})
        return cleaned

    def ask(self, by: Account) -> TargetRevision | None:
        """Return the first revision of the waiting request (on a double click, of the first request).

        Returns None with errors if the request is refused.
        """
        ground = {name: self.cleaned_data[name] for name in ("document_no", "reason")}
        ground["effective_on"] = self.cleaned_data.get("effective_on", self.today)
        try:
            with recording():
                asked = TargetRevision.objects.ask_together(
                    self.targets, self.kind, changes=self.changes, by=by, **ground
                )
                if there := self._twin(asked):
                    raise AskedAlready(there)
                return asked
        except AskedAlready as twin:
            return twin.request
        except ValidationError as refused:
            self.show(refused)
            return None

    @staticmethod
    def _twin(asked: TargetRevision) -> TargetRevision | None:
        same = {name: getattr(asked, name) for name in TargetRevision.SHARED if name != "asked_at"}
        waiting = TargetRevision.objects.waiting().filter(**same, joins=None).exclude(pk=asked.pk)
        return next((other for other in waiting if _said(other) == _said(asked)), None)


class AdditionForm(TogetherForm):
    """New targets of a plan in force: they become promises when this request is signed."""

    kind = TargetRevision.Kind.OPEN


class TransferForm(TogetherForm):
    """New lead unit or leader of the targets; an empty field changes nothing."""

    kind = TargetRevision.Kind.OWNER

    lead_unit = UnitChoiceField(
        OrgUnit.objects.none(), required=False, label=_("new lead unit"), empty_label=_("leave as it is"),
        help_text=TAKEN_OFF,
    )  # fmt: skip
    accountable_leader = MemberChoiceField(
        Member.objects.none(), required=False, label=_("new accountable leader"),
        empty_label=_("leave as it is"),
    )  # fmt: skip
    accountable_leader_words = forms.CharField(
        max_length=100, required=False, label=_("or the leader in words"),
        help_text=_("where the person is not listed"),
    )  # fmt: skip
    effective_on = DayFormField(label=_("effective on"))

    field_order = (*Target.OWNER, "effective_on")

    def __init__(self, data: QueryDict | None = None, *, targets: list[Target], today: date) -> None:
        super().__init__(data, targets=targets, today=today)
        tops = sorted({target.plan.jurisdiction for target in targets}, key=lambda top: top.path)
        if tops:  # with several, `ask` refuses and says why
            field_of(self, "lead_unit", UnitChoiceField).queryset = units_within(tops[0])
            field_of(self, "accountable_leader", MemberChoiceField).queryset = people_within(tops[0])
        self.fields["effective_on"].initial = today
        self.fields["effective_on"].help_text = _("up to %(last)s") % {"last": explain.day(today)}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.changes = {name: cleaned[name] for name in Target.OWNER if cleaned.get(name)}
        if not self.errors and not self.changes:
            raise ValidationError(_("Please choose who is to lead or to answer for them."))
        if len(self.changes.keys() & set(Target.OWNER[1:])) == 2:
            self.add_error("accountable_leader_words", _("Give the person or the words, not both."))
        return cleaned


def _said(first: TargetRevision) -> list[tuple[int, Any]]:
    return list(first.request().values_list("target", "changes"))
