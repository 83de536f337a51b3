"""佐证材料（选填）: files to tick and files to upload in one field, the same on every form of a report.

A file is kept before its form is looked at, and stands there ticked: so a refused form does not lose it.
What is put on no entry is deleted after a day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from targets import explain
from targets.forms.base.keys import row_keys
from targets.models import Evidence, KeptFile, ProgressEntry
from targets.models.audit.recording import recording
from targets.models.entry.evidence import GONE, MOST
from targets.models.entry.file import KeptFileQuerySet, plain_name
from targets.models.people.viewer import Account
from targets.reading.evidence import KINDS, kind_of
from targets.reading.sheet import FileRefusal
from targets.reading.sheet.limits import MEGABYTE

NAME = "evidence"  # of the field, also behind the prefix of a row


@dataclass(frozen=True)
class Sent:
    """What `user` may put beside a report: any file the user reads. `refused`: field → why, of uploads."""

    user: Account
    refused: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def readable(self) -> KeptFileQuerySet:
        return KeptFile.objects.visible_to(self.user)

    @classmethod
    def with_post(cls, request: HttpRequest) -> Sent:
        """Keep the files that came along, and tick them in what was posted."""
        user: Account = request.user
        refused: dict[str, list[str]] = defaultdict(list)
        if not request.FILES:
            return cls(user)
        posted = request.POST.copy()
        with recording(by=user):
            KeptFile.objects.forget(timezone.now())
            for name, uploads in request.FILES.lists():
                if name.rpartition("-")[2] != NAME:
                    continue
                for upload in uploads[: MOST + 1]:  # one more is too many, as the field says
                    try:
                        posted.appendlist(name, str(_kept(upload, user).pk))
                    except FileRefusal as why:
                        words = {"file": plain_name(str(upload.name)), "why": explain.file_refusal(why)}
                        refused[name].append(_("%(file)s: %(why)s") % words)
        request.POST = posted  # type: ignore[assignment]  # to the stubs a POST never changes
        return cls(user, refused)


def _kept(upload: UploadedFile, user: Account) -> KeptFile:
    """The file, or the one of the same bytes that the user reads already. Raises FileRefusal."""
    most = settings.MOST_EVIDENCE
    content = upload.read(most + 1)
    name = plain_name(str(upload.name))
    kind_of(name, content, most=most)
    same = KeptFile.objects.visible_to(user).filter(sha256=sha256(content).hexdigest(), size=len(content))
    return same.first() or KeptFile.keep(content, name, by=user)


class EvidenceWidget(forms.CheckboxSelectMultiple):
    template_name = "admin/targets/widgets/evidence.html"
    needs_multipart_form = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str] | None:
        """The ticked keys; None from a page without this field."""
        if name not in data:
            return None
        ticked = data.getlist(name) if hasattr(data, "getlist") else [data[name]]
        return [key for key in dict.fromkeys(ticked) if key]

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        options = [option for _group, row, _index in context["widget"]["optgroups"] for option in row]
        return context | {
            "ticked": [option for option in options if option["selected"]],
            "beside": [option for option in options if not option["selected"]],
            "accept": ",".join(f".{kind}" for kind in KINDS),
            "most_megabytes": settings.MOST_EVIDENCE // MEGABYTE,
            "most_files": MOST,
        }


class RowEvidenceWidget(EvidenceWidget):
    """Few words: a page has thirty of them."""

    template_name = "admin/targets/desk/evidence.html"


class EvidenceField(forms.ModelMultipleChoiceField):
    widget = EvidenceWidget

    here: Sequence[KeptFile] = ()  # as stored
    refused: Sequence[str] = ()
    offered: Mapping[str, KeptFile] = {}  # by key

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("evidence (optional)"))
        super().__init__(KeptFile.objects.none(), required=False, **kwargs)

    def open_on(
        self, entry: ProgressEntry, name: str, sent: Sent, data: Any, period: int | None
    ) -> list[int]:
        """Offer the files of an entry of this period, and those of others of its unit. Returns as `open`."""
        if period is None:
            return self.open(name, sent, data)
        unit = entry.reported_by_unit_id or entry.target.lead_unit_id
        found = Evidence.objects.beside(entry, sent.user, unit=unit, period=period)
        here = [each.file for each in found if each.entry_id == entry.pk]
        return self.open(name, sent, data, here, [each.file for each in found])

    def open(
        self,
        name: str,
        sent: Sent,
        data: Any = None,
        here: Sequence[KeptFile] = (),
        beside: Iterable[KeptFile] = (),
    ) -> list[int]:
        """Offer the files of the entry, those beside it and those ticked. Returns what is ticked at first."""
        self.here, self.refused = here, sent.refused.get(name, ())
        offered = {str(file.pk): file for file in (*here, *beside)}
        ticked = EvidenceWidget().value_from_datadict(data or {}, {}, name) or ()
        if more := row_keys([key for key in ticked if key not in offered]):
            offered |= {str(file.pk): file for file in sent.readable.filter(pk__in=more)}
        self.offered, self.choices = offered, [(file.pk, file) for file in offered.values()]
        return [file.pk for file in here]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return data is not None and super().has_changed(initial, data)

    def clean(self, value: Any) -> Any:
        """The files; those stored, of a page without this field."""
        if self.refused:
            raise ValidationError(list(self.refused))
        if value is None:
            return self.here
        if len(value) > MOST:
            raise ValidationError(_("At most %(most)s files of evidence.") % {"most": MOST})
        if not self.offered.keys() >= {*value}:
            raise ValidationError(GONE)
        return [self.offered[key] for key in value]
