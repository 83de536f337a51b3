"""发布: the month's workbooks of a plan, written once and kept with the cells they show."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from targets.models import IssuedReport, KeptFile
from targets.models.audit.recording import recording
from targets.models.base import locking
from targets.models.enums import Act
from targets.models.issued.report import Imprint
from targets.register.issued import frozen, polish
from targets.register.register import Register
from targets.register.row import RegisterRow
from targets.workbooks.book import check, file_name, write_workbook
from targets.workbooks.forms.corrections import CORRECTIONS
from targets.workbooks.forms.indicators import INDICATORS
from targets.workbooks.forms.lagging import LAGGING
from targets.workbooks.forms.notes import NOTES, rule_in_words
from targets.workbooks.forms.progress import PROGRESS
from targets.workbooks.forms.summaries import BY_UNIT
from targets.workbooks.sheets import DATA, PRINT

OF_A_MONTH = tuple(sheet.name for sheet in (PROGRESS, LAGGING, BY_UNIT, INDICATORS, NOTES, CORRECTIONS))


def prepared(
    report: IssuedReport, *, today: date | None = None, known_at: datetime | None = None
) -> tuple[Register, list[RegisterRow]]:
    """The rows of the report's period with the polished words, as known now or at a moment."""
    register = Register.at(report.plan, period=report.period.number, today=today, known_at=known_at)
    texts = report.polished.all() if report.pk else ()
    return register, list(polish(register.rows(), texts))


def preview(register: Register, rows: list[RegisterRow], edition: str) -> tuple[io.BytesIO, str]:
    """The workbook as it would be issued now, without a number, and the name of its file."""
    file = io.BytesIO()
    write_workbook(file, register, rows, edition=edition, sheets=OF_A_MONTH)
    file.seek(0)
    return file, file_name(register, edition, OF_A_MONTH)


def publish(
    report: IssuedReport, *, by: Any, sheets: Sequence[str] = OF_A_MONTH, at: datetime | None = None
) -> None:
    """Freeze the report and its workbooks, all or nothing; nothing is filed or changed meanwhile.

    Raises PermissionDenied, or ValidationError by field.
    """
    check(PRINT, sheets)
    moment = at or timezone.now()
    kept: list[KeptFile] = []
    try:
        with recording(Act.PUBLISH, report, by=by):
            report.plan.lock()
            report.plan.refuse_to_be_run(by)
            if report.pk:
                locking(IssuedReport.objects.filter(pk=report.pk)).get(issued_at=None)
            register, rows = prepared(report, today=timezone.localdate(moment))
            imprint = report.freeze(frozen(rows), rule_in_words(register), by=by, at=moment)
            for edition in (PRINT, DATA):
                content = _written(register, rows, edition, sheets, imprint)
                name = f"第{imprint.number}期 {file_name(register, edition, sheets)}"
                kept.append(KeptFile.keep(content, name, by=by, at=moment))
                kept[-1].enter(by=by, at=moment)
            printed, data = kept
            report.issue(printed=printed, data=data, by=by)
    except BaseException:
        report.issued_at = report.issued_by = None
        for file in kept:
            file.forget_bytes()
        raise


def _written(
    register: Register, rows: list[RegisterRow], edition: str, sheets: Sequence[str], imprint: Imprint
) -> bytes:
    file = io.BytesIO()
    write_workbook(file, register, rows, edition=edition, sheets=sheets, imprint=imprint)
    return file.getvalue()
