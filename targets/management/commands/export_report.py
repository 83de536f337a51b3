"""The offices' forms as a file: what the export button gives, for a terminal and for jobs."""

from __future__ import annotations

import re
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from targets import explain
from targets.management import register_options
from targets.management.described import DescribedCommand
from targets.models import AuditRecord, OrgUnit
from targets.models.target.queries import TargetQuerySet
from targets.register.register import Register
from targets.workbooks import EDITIONS, SHEETS, USUAL, Written, check, file_name, write_workbook
from tracker import readiness
from tracker.whole_files import written_whole


class Command(DescribedCommand):
    about = gettext_lazy("Write the register of a plan as an .xlsx workbook.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        register_options.add_arguments(parser)
        parser.add_argument(
            "--edition", default=next(iter(EDITIONS)), help=_("one of: %s") % explain.listed(EDITIONS)
        )
        parser.add_argument(
            "--sheets", nargs="+", metavar="SHEET", help=_("of these: %s") % explain.listed(SHEETS)
        )
        parser.add_argument("--unit", metavar="NAME", help=_("only what this unit and those below it lead"))
        parser.add_argument(
            "--list", dest="list_name", metavar="NAME", help=_("only what stands on this list")
        )
        parser.add_argument(
            "--output", required=True, type=Path, metavar="FILE",
            help=_("where to write it; in a folder it gets the name offices give it"),
        )  # fmt: skip

    def handle(self, **options: Any) -> None:
        readiness.demand()
        register = register_options.register(options)
        targets = _on_list(options["list_name"], register, _led_by(options["unit"], register))
        path, edition, sheets = options["output"], options["edition"], _names(options["sheets"])
        try:
            check(edition, sheets)
            if path.is_dir():
                path /= file_name(register, edition, sheets)
            written = _write(path, register, targets, edition=edition, sheets=sheets)
        except ValidationError as error:
            raise CommandError(register_options.refusals(error)) from None
        except OSError as error:
            raise CommandError(
                _("Cannot write %(path)s: %(why)s") % {"path": path, "why": error.strerror or error}
            ) from None
        self.stdout.write(
            ngettext("%(path)s: %(count)s row", "%(path)s: %(count)s rows", written.rows)
            % {"path": path, "count": written.rows}
        )
        self._tell_what_changed(written)

    def _tell_what_changed(self, written: Written) -> None:
        if written.replaced:
            self.stderr.write(_("Characters no workbook can hold, replaced by �: %s") % written.replaced)
        if written.cut:
            self.stderr.write(_("Texts longer than a cell, cut and marked: %s") % written.cut)


def _names(sheets: list[str] | None) -> list[str]:
    """Sheet names as typed: apart by blanks or by any comma."""
    return [name for typed in sheets or USUAL for name in re.split("[,，、]", typed) if name]


def _led_by(name: str | None, register: Register) -> TargetQuerySet:
    """The targets led by the unit of that name or short name and those below it."""
    targets = register.targets()
    if name is None:
        return targets
    units = OrgUnit.objects.filter(Q(name=name) | Q(short_name=name))
    inside = units.filter(path__startswith=register.plan.jurisdiction.path)
    found = list(inside or units)
    if len(found) != 1:
        message = (
            _("--unit: several units are named “%(name)s”; please give the full name.")
            if found
            else _("--unit: there is no unit “%(name)s”.")
        )
        raise CommandError(message % {"name": name})
    return register.led_within(targets, found[0])


def _on_list(name: str | None, register: Register, targets: TargetQuerySet) -> TargetQuerySet:
    """Those of the targets that stand on the plan's list of that name."""
    if name is None:
        return targets
    lists = dict(register.plan.lists.values_list("name", "pk"))
    if name not in lists:
        message = _("--list: there is no list “%(name)s”. There are: %(known)s.")
        raise CommandError(message % {"name": name, "known": explain.listed(lists) or "—"})
    return targets.on_list(lists[name])


def _write(path: Path, register: Register, targets: TargetQuerySet, **asked_for: Any) -> Written:
    with written_whole(path) as file:
        written = write_workbook(file, register, register.stream(targets), **asked_for)
        # before it is there: no workbook goes out without a record of it
        AuditRecord.objects.note(AuditRecord.Act.EXPORT, register.plan, remark=path.name)
    return written
