"""Fill a draft plan from a workbook: what 导入建账 does on its page, for a terminal and for jobs."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.management.base import CommandError
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from targets import explain
from targets.forms.plan.paste import PasteForm
from targets.management import acting, register_options
from targets.management.described import DescribedCommand
from targets.models import Plan
from tracker import readiness


class Command(DescribedCommand):
    about = gettext_lazy("Fill a draft plan from an .xlsx workbook; all rows are written or none.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help=_("the workbook"))
        parser.add_argument("--plan", required=True, metavar="CODE", help=_("the plan's code"))
        acting.add_argument(parser, _("the coordinator who fills the plan"))
        parser.add_argument(
            "--sheet", metavar="NAME", help=_("the sheet to read, the first with known headings unless given")
        )
        parser.add_argument(
            "--list", dest="list_name", metavar="NAME", default="",
            help=_("the list that the table is: one of the plan, or a new one"),
        )  # fmt: skip
        parser.add_argument(
            "--goals-in-words", action="store_true",
            help=_("no column holds the target value: it stands in the words of the target"),
        )  # fmt: skip
        parser.add_argument(
            "--dry-run", action="store_true", help=_("say what would be written, write nothing")
        )

    def handle(
        self, *, file: Path, plan: str, username: str, sheet: str | None, list_name: str,
        goals_in_words: bool, dry_run: bool, **options: Any,
    ) -> None:  # fmt: skip
        readiness.demand()
        try:
            user, drafted = acting.person(username), register_options.plan(plan)
            drafted.refuse_to_be_run(user)
            if drafted.state != Plan.State.DRAFTING:
                raise ValidationError(_("Rows are pasted while the plan is drafted."))
            form = _read(file, drafted, sheet, list_name, goals_in_words)
            problems = _problems(form)
            self._tell(form)
            if form.is_there_already:
                self.stdout.write(form.why_none_is_kept)
                return
            if problems:
                raise CommandError("\n".join(problems))
            count = len(form.kept) if dry_run else form.write(by=user)
        except (PermissionDenied, ValidationError) as refused:
            raise CommandError(acting.in_words(refused)) from None
        if dry_run:
            done = ngettext(
                "%(count)s target would be written.", "%(count)s targets would be written.", count
            )
        else:
            done = ngettext("%(count)s target was written.", "%(count)s targets were written.", count)
        self.stdout.write(done % {"count": count})
        if form.placed:
            told = _("%(count)s targets of the plan were put on the list.")
            told = _("%(count)s targets of the plan would be put on the list.") if dry_run else told
            self.stdout.write(told % {"count": len(form.placed)})

    def _tell(self, form: PasteForm) -> None:
        """Say what the page shows: of the file, of lines that are no targets, of rows to look at."""
        for remark in form.door.remarks:
            self.stdout.write(remark)
        if form.door.fault:
            return
        for place, kind, words in form.left_out:
            told = _("Row %(place)s (%(kind)s): %(words)s") % {"place": place, "kind": kind, "words": words}
            self.stdout.write(told)
        for line in form.lines:
            for hint in filter(None, [line.doubt, *line.hints]):
                about = {"place": line.row.place, "title": line.target.title, "hint": hint}
                self.stdout.write(_("Row %(place)s, %(title)s: %(hint)s") % about)


def _would_be_written(count: int) -> str:
    return ngettext("%(count)s target would be written.", "%(count)s targets would be written.", count)


def _written(count: int) -> str:
    return ngettext("%(count)s target was written.", "%(count)s targets were written.", count)


def _read(path: Path, plan: Plan, sheet: str | None, list_name: str, goals_in_words: bool) -> PasteForm:
    try:
        with path.open("rb") as file:
            upload = UploadedFile(file, name=path.name, size=path.stat().st_size)
            posted = MultiValueDict({"file": [upload]})
            form = PasteForm(QueryDict(), posted, plan=plan)
    except OSError as error:
        why = {"path": path, "why": error.strerror or error}
        raise ValidationError(_("Cannot read %(path)s: %(why)s") % why) from None
    typed = QueryDict(mutable=True)
    typed.update(form.data)
    typed["seen"] = PasteForm.state_of(plan)
    typed["list_name"] = list_name
    if sheet is not None:
        names = [each.name for each in form.door.sheets]
        choices = dict(form.door.choices)
        if sheet not in names or str(names.index(sheet)) not in choices:
            told = _("No sheet “%(name)s” can be read. There are: %(known)s.")
            known = explain.listed(choices.values())
            raise ValidationError({"sheet": told % {"name": sheet, "known": known}})
        typed["sheet"] = str(names.index(sheet))
    if goals_in_words:
        typed["without_value"] = "on"
    return PasteForm(typed, plan=plan) if form.door.is_new else form


def _problems(form: PasteForm) -> list[str]:
    """One line for each: whatever the page would name."""
    found = []
    for name, errors in form.errors.items():
        about = f"{form.fields[name].label}：" if name.startswith(("unit-", "column-")) else ""
        found += [f"{about}{' '.join(str(error).split())}" for error in errors]
    return found
