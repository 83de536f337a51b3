"""Checks that the stored data is consistent: each check yields one sentence for each fault."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import F, Window
from django.db.models.functions import Lag
from django.utils.translation import gettext as _

from targets import explain
from targets.models.audit.record import named
from targets.models.audit.sealing import broken_seals, seal
from targets.models.base import snapshot
from targets.models.ledger.ledger import Assessment
from targets.models.ledger.ledgers import Ledger, chunks
from targets.models.ledger.noted import rows_are_as_noted
from targets.models.plan.plan import Plan
from targets.models.revision.revision import TargetRevision
from targets.models.target.milestone import Milestone
from targets.models.target.queries import newest
from targets.models.target.target import Target
from targets.rules.judge import EDITION

Check = Callable[[Plan | None, Counter[str]], Iterator[str]]


def verify(plan: Plan | None, counts: Counter[str]) -> Iterator[str]:
    """Yield every fault in one plan, or in all plans; `counts` receives the numbers of checked items."""
    for check in CHECKS:
        yield from check(plan, counts)


def ledger_says_what_the_facts_say(plan: Plan | None, counts: Counter[str]) -> Iterator[str]:
    """Compare the row of each day with a fresh judgement, and the keys of the newest rows.

    A row of another edition may differ, because an upgrade judges nothing anew: it is counted apart.
    """
    targets = Target.objects.all() if plan is None else plan.targets.all()
    for keys in chunks(targets):
        for ledger in Ledger.locked(keys):
            counts["targets"] += 1
            yield from _faults_of_days(ledger, counts)
            yield from _faults_of_pointers(ledger)


def _faults_of_pointers(ledger: Ledger) -> Iterator[str]:
    target, words = ledger.target, {"code": ledger.target.code}
    row = ledger.own[max(ledger.own)].pk if ledger.own else None
    if target.current_id != row:
        yield _("%(code)s: the current row is not the newest of its ledger.") % words
    for name, entry in newest(ledger.entries()).items():
        if getattr(target, f"{name}_id") != (entry and entry.pk):
            words["pointer"] = name
            yield _("%(code)s: %(pointer)s is not the newest of the entries that count.") % words


def _faults_of_days(ledger: Ledger, counts: Counter[str]) -> Iterator[str]:
    facts = ledger.facts_now()
    days = ledger.own.keys() | facts.effective_days()
    fresh = {row.effective_on: row for row in Assessment.afresh(ledger.target, facts, days, "rule")}
    for day in sorted(ledger.own.keys() | fresh.keys()):
        counts["days"] += 1
        words: dict[str, Any] = {"code": ledger.target.code, "day": explain.day(day)}
        stored = ledger.own.get(day)
        if stored is None:
            yield _("%(code)s: a fact took effect on %(day)s, but no row stands for that day.") % words
        elif day not in fresh:
            yield _("%(code)s: a row stands for %(day)s, before anything was promised.") % words
        else:
            columns = fresh[day].differs_in(stored)
            if stored.edition != EDITION:
                counts["older"] += 1
                counts["outdated"] += bool(columns)
            elif columns:
                words |= {"row": stored.pk, "columns": explain.listed(columns)}
                yield (
                    _("%(code)s: row no. %(row)s of %(day)s is not what the facts say: %(columns)s.") % words
                )


def columns_say_what_the_changes_say(plan: Plan | None, _counts: Counter[str]) -> Iterator[str]:
    """Of targets and nodes the columns of the promise are today's reading of the approved changes."""
    targets = Target.objects.all() if plan is None else plan.targets.all()
    for keys in chunks(targets):
        with snapshot():
            yield from _faults_of_promises(keys)


def _faults_of_promises(keys: list[int]) -> Iterator[str]:
    promised: dict[tuple[type[Any], int], dict[str, Any]] = defaultdict(dict)
    for change in TargetRevision.objects.in_order().filter(target__in=keys):
        row = (Milestone, change.milestone_id) if change.milestone_id else (Target, change.target_id)
        promised[row].update(change.new_values())
    nodes = Milestone._base_manager.filter(target__in=keys).select_related("target").order_by("pk")
    rows: list[Target | Milestone] = [*Target.objects.filter(pk__in=keys).order_by("pk"), *nodes]
    for each in rows:
        said = promised.get((type(each), each.pk), {})
        differ = [name for name in each.PROMISE if name in said and each.column(name) != said[name]]
        if differ:
            words = {"row": named(each), "columns": explain.listed(differ)}
            yield _("%(row)s: %(columns)s are not what the approved changes say.") % words


def rows_were_recorded_in_order(plan: Plan | None, _counts: Counter[str]) -> Iterator[str]:
    """Within a target, no row has an earlier `recorded_at` than the row written before it."""
    rows = Assessment.objects.all() if plan is None else Assessment.objects.filter(target__plan=plan)
    before = Window(Lag("recorded_at"), partition_by=F("target"), order_by="pk")
    early = rows.annotate(before=before).filter(recorded_at__lt=F("before"))
    for pk, code in early.order_by("pk").values_list("pk", "target__code"):
        yield _("%(code)s: row no. %(row)s was recorded before the row ahead of it.") % {
            "code": code, "row": pk,
        }  # fmt: skip


def audit_fits_its_seals(_plan: Plan | None, _counts: Counter[str]) -> Iterator[str]:
    """Compare the audit with its seals, and seal the records written since."""
    yield from broken_seals()
    seal()


CHECKS: tuple[Check, ...] = (
    ledger_says_what_the_facts_say, columns_say_what_the_changes_say, rows_were_recorded_in_order,
    audit_fits_its_seals, rows_are_as_noted,
)  # fmt: skip
