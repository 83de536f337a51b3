"""Plans of any size with their reports, to measure with."""

from __future__ import annotations

from argparse import ArgumentParser
from math import ceil
from time import perf_counter
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from targets.management.described import DescribedCommand
from targets.seed import load
from tracker import readiness


class Command(DescribedCommand):
    about = gettext_lazy("Write many invented targets with their reports, the same for the same seed.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--targets", type=int, required=True, help=_("how many targets in all"))
        parser.add_argument(
            "--periods", type=int, required=True, help=_("how many months of reports, 1 to 12")
        )
        parser.add_argument("--seed", type=int, required=True, help=_("another number, other figures"))
        parser.add_argument(
            "--plans",
            type=int,
            help=_(
                "in so many plans alike; unless given, plans of 500 and, from 10,000 targets on, one of 5,000"
            ),
        )
        parser.add_argument(
            "--beside-real-plans",
            action="store_true",
            help=_("also into a database with plans of real places"),
        )
        parser.add_argument("--year", type=int, help=_("the last with so many months unless given"))

    def handle(
        self,
        *,
        targets: int,
        periods: int,
        seed: int,
        plans: int | None,
        year: int | None,
        beside_real_plans: bool,
        **options: Any,
    ) -> None:
        readiness.demand()
        if not 1 <= periods <= 12:
            raise CommandError(_("A plan has 1 to 12 periods."))
        if targets < 1 or (plans is not None and not 1 <= plans <= targets):
            raise CommandError(_("There is at least one target, and one in each plan."))
        if load.has_real_plans():
            plans = _short(targets, plans, asked_for=beside_real_plans)
        year = year or load.year_of(periods, timezone.localdate())
        number, started = load.free_number(), perf_counter()
        written = []
        for place, size in enumerate(load.sizes(targets, plans)):
            began = perf_counter()
            done = load.load(size=size, periods=periods, seed=seed, year=year, number=number + place)
            written.append(done)
            self._tell(done.plan, [done], perf_counter() - began)
        self._tell(_("in all"), written, perf_counter() - started)

    def _tell(self, name: str, written: list[load.Written], seconds: float) -> None:
        counts = {
            "targets": sum(done.targets for done in written),
            "entries": sum(done.entries for done in written),
            "assessments": sum(done.assessments for done in written),
        }
        words = {**counts, "name": name, "seconds": f"{seconds:.1f}"}
        words["rate"] = f"{sum(counts.values()) / seconds:.0f}"
        self.stdout.write(
            _(
                "%(name)s: %(targets)s targets, %(entries)s reports, %(assessments)s ledger rows "
                "in %(seconds)s s, %(rate)s rows per second"
            )
            % words
        )


def _short(targets: int, plans: int | None, *, asked_for: bool) -> int:
    """In how many plans they are written without keeping others from writing for long."""
    if not asked_for:
        raise CommandError(
            _(
                "This database holds plans of real places, and what is written among them stays. "
                "Choose another with TRACKER_DATA or DATABASE_URL, or say --beside-real-plans."
            )
        )
    least = ceil(targets / load.SHORT)
    if plans and plans < least:
        raise CommandError(
            _("Beside real plans a plan holds at most %(most)s targets: --plans %(least)s or more.")
            % {"most": load.SHORT, "least": least}
        )
    return plans or least
