"""填报表 out and back in: the sheet of a unit or of all; what came back is looked at, then written."""

from __future__ import annotations

import io
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from targets import explain
from targets.filing.intake import Intake, Kind, Row, fileable
from targets.filing.lines import Line, read_lines
from targets.filing.returned import ReturnedSheet
from targets.filing.sheet import FORM
from targets.forms.base.keys import row_keys
from targets.forms.desk.scope import DeskScopeForm, FilingScopeForm
from targets.forms.desk.sheets import LARGEST, SheetsForm
from targets.forms.desk.statistics import StatisticsScopeForm
from targets.models import AuditRecord, KeptFile, OrgUnit
from targets.models.audit.recording import recording
from targets.models.base import locking
from targets.models.enums import Part
from targets.reading.sheet import Cell
from targets.register.columns import Value
from targets.workbooks.book import safe_name
from targets.workbooks.filing_sheet import Returned, sheet_name, write_filing_sheet

EVERY = "all"  # in place of a unit
MOST_SHOWN = 200  # rows of a kind on the page; what has to be looked at comes first


class SheetView(View):
    model_admin: Any = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.model_admin.has_add_permission(request):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def tell(self, text: Any, level: int = messages.SUCCESS) -> None:
        self.model_admin.message_user(self.request, text, level)


class SheetPage(SheetView):
    """导出填报表: one unit's sheet, or with `unit=all` every unit's in one archive."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest) -> HttpResponseBase:
        asked = request.GET.copy()
        is_every = asked.get("unit") == EVERY
        if is_every:
            del asked["unit"]
        user, today = request.user, timezone.localdate()
        counts = asked.get("part") == Part.STATISTIC
        part, scope_form = (Part.STATISTIC, StatisticsScopeForm) if counts else (Part.REPORT, FilingScopeForm)
        targets = fileable(user, part)
        scope: DeskScopeForm = scope_form(asked, targets=targets, user=user, today=today)
        desk = page_of(part)
        period, plan = scope.period, scope.plan
        if not scope.is_complete or period is None or plan is None:
            return HttpResponseRedirect(f"{desk}?{asked.urlencode()}")
        targets = targets.filter(plan=plan)
        if not (is_every or counts):
            targets = targets.filter(lead_unit=scope.unit)
        lines: dict[OrgUnit, list[Line]] = defaultdict(list)
        for line in read_lines(Line, targets, period, part, today):
            if line.is_asked:
                lines[plan.jurisdiction if counts else line.target.lead_unit].append(line)
        if not lines:
            self.tell(_("No report is asked for in this period."), messages.INFO)
            return HttpResponseRedirect(f"{desk}?{urlencode(scope.query, doseq=True)}")
        file = io.BytesIO()
        if is_every and not counts:
            end = period.period_end
            name = f"{safe_name(plan.jurisdiction.name)}{end.year}年{end.month}月{FORM}.zip"
            with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
                for unit, own in sorted(lines.items(), key=lambda each: (each[0].path, each[0].order)):
                    one = io.BytesIO()
                    write_filing_sheet(one, unit, period, own)
                    archive.writestr(_free(sheet_name(unit, period), archive), one.getvalue())
        else:
            ((unit, own),) = lines.items()
            name = sheet_name(unit, period, part)
            write_filing_sheet(file, unit, period, own)
        file.seek(0)
        AuditRecord.objects.note(AuditRecord.Act.EXPORT, plan, remark=name)
        return FileResponse(file, as_attachment=True, filename=name)


def page_of(part: str) -> str:
    """Where the same is typed on a page."""
    return reverse(f"admin:targets_progressentry_{'statistics' if part == Part.STATISTIC else 'desk'}")


def _free(name: str, archive: zipfile.ZipFile) -> str:
    """Two units of one name have two files."""
    stem, taken, number, free = name.removesuffix(".xlsx"), set(archive.namelist()), 2, name
    while free in taken:
        free, number = f"{stem}（{number}）.xlsx", number + 1
    return free


@dataclass
class Preview:
    """One file as the page shows it; `fault` where none of it can be read now."""

    file: KeptFile
    intake: Intake | None = None
    fault: str = ""
    entered_before: KeptFile | None = None

    @cached_property
    def faults(self) -> Sequence[Any]:
        return self.intake.faults[:MOST_SHOWN] if self.intake else ()

    @property
    def beside(self) -> Sequence[Any]:
        return self.intake.sheet.beside[:MOST_SHOWN] if self.intake else ()

    @property
    def more_beside(self) -> int:
        return len(self.intake.sheet.beside) - len(self.beside) if self.intake else 0

    @cached_property
    def conflicts(self) -> list[Row]:
        return list(self.intake.of(Kind.CONFLICT))[:MOST_SHOWN] if self.intake else []

    @cached_property
    def new(self) -> list[Row]:
        """Doubtful rows first."""
        if self.intake is None:
            return []
        found = sorted(self.intake.of(Kind.NEW), key=lambda row: (row.is_ready, not row.doubts))
        return found[:MOST_SHOWN]

    @property
    def left(self) -> int:
        """How many rows are not listed."""
        return self.intake.counts[Kind.NEW] - len(self.new) if self.intake else 0

    @property
    def asked(self) -> list[str]:
        """The codes of the rows that are submitted only when ticked: what is listed, and what is doubtful."""
        if self.intake is None:
            return []
        asked = {*(row.code for row in self.new), *self.intake.not_ready()}
        return [row.code for row in self.intake.rows if row.code in asked]

    @property
    def counts(self) -> dict[str, int]:
        return {kind.name.lower(): self.intake.counts[kind] for kind in Kind} if self.intake else {}

    @property
    def may_be_written(self) -> bool:
        return self.intake is not None and self.intake.has_something_to_write


class SheetsPage(SheetView):
    """上传填报表: choose the files, look at what they would change, write."""

    title = gettext_lazy("Read sheets back in")

    @property
    def address(self) -> str:
        return reverse("admin:targets_progressentry_sheets")

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(SheetsForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        if "_confirm" in request.POST:
            return self.confirm()
        if "_discard" in request.POST:
            return self.discard()
        return self.read()

    def page(self, form: SheetsForm, status: int = 200) -> HttpResponse:
        previews = [self.preview(file) for file in self.files(self.request.GET.getlist("file"))]
        response: HttpResponse = self.model_admin.page(
            self.request, "desk/sheets.html", self.title, status=status, form=form, previews=previews,
            writable=[each for each in previews if each.may_be_written], address=self.address,
        )  # fmt: skip
        return response

    def files(self, keys: Sequence[str]) -> list[KeptFile]:
        """Those of the user's own files that still wait."""
        waiting = KeptFile.objects.waiting().filter(uploaded_by=self.request.user.pk)
        return list(waiting.filter(pk__in=row_keys(keys)[: 2 * MOST_SHOWN]).order_by("pk"))

    def preview(self, file: KeptFile) -> Preview:
        before = KeptFile.objects.entered().visible_to(self.request.user).filter(sha256=file.sha256).first()
        if before is not None and not before.entries.exists():  # it is evidence, nothing was entered from it
            before = None
        try:
            return Preview(file, Intake(file.read(), user=self.request.user), entered_before=before)
        except ValidationError as refused:
            return Preview(file, fault=" ".join(refused.messages))
        except OSError:
            return Preview(file, fault=_("The file is gone; please choose it again."))

    # --- what the buttons do ------------------------------------------------------------------

    def read(self) -> HttpResponse:
        form = SheetsForm(self.request.POST, self.request.FILES)
        if not form.is_valid():
            return self.page(form, status=400)
        # read before the transaction: what takes seconds to refuse keeps nobody from saving
        readable = list(self._readable(form.cleaned_data["sheets"]))
        kept: dict[str, KeptFile] = {}
        with recording():
            KeptFile.objects.forget(timezone.now())
            for name, content in readable:
                file = KeptFile.keep(content, name, by=self.request.user)
                if file.sha256 in kept:
                    words = {"file": file, "other": kept[file.sha256]}
                    self.tell(_("%(file)s is the same file as %(other)s.") % words, messages.INFO)
                    file.delete()
                else:
                    kept[file.sha256] = file
        return self.to([file.pk for file in kept.values()])

    def _readable(self, uploads: Iterable[Any]) -> Iterator[tuple[str, bytes]]:
        """Name and content of each upload that is a sheet; of the others it is told why not."""
        for upload in uploads:
            content = upload.read(LARGEST + 1)  # a byte more than is read is refused as too large
            try:
                ReturnedSheet.of(content)
            except ValidationError as refused:
                words = {"file": upload.name, "why": " ".join(refused.messages)}
                self.tell(_("%(file)s: %(why)s") % words, messages.ERROR)
            else:
                yield str(upload.name), content

    def to(self, keys: Sequence[int]) -> HttpResponse:
        query = urlencode([("file", key) for key in keys])
        return HttpResponseRedirect(f"{self.address}?{query}" if query else self.address)

    def discard(self) -> HttpResponse:
        with recording():
            for file in self.files(self.request.POST.getlist("file")):
                file.delete()
        return self.to([])

    def confirm(self) -> HttpResponse:
        """Write each file by itself: all of it, or nothing and why."""
        left, shown = [], ""
        for file in self.files(self.request.POST.getlist("file")):
            if f"seen-{file.pk}" not in self.request.POST:
                left.append(file.pk)  # it could not be written; it stays to be looked at
                continue
            try:
                shown = self.write(file)
            except (ValidationError, PermissionDenied, OSError) as refused:
                why = " ".join(refused.messages) if isinstance(refused, ValidationError) else str(refused)
                self.tell(_("%(file)s was not written: %(why)s") % {"file": file, "why": why}, messages.ERROR)
                left.append(file.pk)
        return HttpResponseRedirect(shown) if shown and not left else self.to(left)

    def write(self, file: KeptFile) -> str:
        """Returns the page that shows it."""
        posted = self.request.POST
        with recording():
            if not locking(KeptFile.objects.waiting()).filter(pk=file.pk).exists():
                raise ValidationError(_("It was written already."))
            intake = Intake(file.read(), user=self.request.user, seen=posted[f"seen-{file.pk}"])
            not_ready, ticked = (set(posted.getlist(f"{name}-{file.pk}")) for name in ("asked", "ready"))
            ready = ticked | {row.code for row in intake.rows} - not_ready
            replace = set(posted.getlist(f"replace-{file.pk}"))
            done = intake.write(file, replace=replace, ready=ready | (replace & ticked))
        words = {"file": file, "submitted": done["submitted"], "drafts": done["drafts"]}
        self.tell(_("%(file)s: submitted %(submitted)s, saved as drafts %(drafts)s.") % words)
        unit = intake.units[0].pk if len(intake.units) == 1 else ""
        query = {"plan": intake.plan.code, "period": intake.period.number, "unit": unit}
        return f"{page_of(intake.part)}?{urlencode(query)}"


class MendPage(SheetView):
    """The sheet once more, what was typed in it, and a comment on each cell to be mended."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest, file_id: int) -> HttpResponseBase:
        own = KeptFile.objects.waiting().filter(uploaded_by=request.user.pk)
        kept = own.filter(pk=file_id).first()
        if kept is None:
            raise PermissionDenied
        preview = HttpResponseRedirect(f"{reverse('admin:targets_progressentry_sheets')}?file={kept.pk}")
        try:
            intake = Intake(kept.read(), user=request.user)
        except (ValidationError, OSError):
            return preview
        if not intake.rows:
            return preview
        file = io.BytesIO()
        write_filing_sheet(
            file, intake.sender, intake.period, [row.line for row in intake.rows], returned(intake)
        )
        file.seek(0)
        name = f"{kept.name.removesuffix('.xlsx')}{_(' (to be mended)')}.xlsx"
        AuditRecord.objects.note(AuditRecord.Act.EXPORT, intake.plan, remark=name)
        return FileResponse(file, as_attachment=True, filename=name)


def returned(intake: Intake) -> Returned:
    """The sheet as it came back, with a remark for each fault."""
    told_of = _("Row %(row)s, %(typed)s: %(why)s")
    astray = [
        told_of % {"row": each.row, "typed": each.typed or "—", "why": each.reason} for each in intake.astray
    ]
    left = [explain.not_read_in(each.sheet, each.place, each.words) for each in intake.sheet.beside]
    found = Returned(astray=[*astray, *left])
    for row in intake.rows:
        told = row.told
        found.keys[row.code, None] = told.key
        found.typed[row.code, None] = {name: _as_typed(cell) for name, cell in told.cells.items()}
        rows: dict[int, tuple[str, int | None]] = {told.place: (row.code, None)}
        for node, (place, cell) in told.nodes.items():
            rows[place] = (row.code, node)
            found.typed[row.code, node] = {"value": _as_typed(cell)} if cell else {}
        for fault in row.faults:
            remarks = found.remarks.setdefault(rows[fault.row], {})
            name = fault.field or "narrative"
            remarks[name] = " ".join(filter(None, [remarks.get(name, ""), fault.reason]))
    return found


def _as_typed(cell: Cell) -> Value:
    return cell.value if cell.kind in ("number", "day") and not isinstance(cell.value, bool) else cell.text


def urls(model_admin: Any) -> list[URLPattern]:
    wrap = model_admin.admin_site.admin_view
    return [
        path(address, wrap(page.as_view(model_admin=model_admin)), name=f"targets_progressentry_{name}")
        for address, page, name in (
            ("desk/sheet/", SheetPage, "sheet"),
            ("desk/sheets/", SheetsPage, "sheets"),
            ("desk/sheets/<int:file_id>/mend/", MendPage, "sheet_mend"),
        )
    ]
