"""Plays acts through the models; each act notes in its journal what it made known."""

from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from targets.models import MilestoneCompletion, ProgressEntry, Target
from targets.rules.facts import Light, Report
from tests.factories import (
    SHANGHAI,
    at,
    author,
    coordinator,
    deputy,
    make_target,
    reviewer,
    writer,
)
from tests.models import wishes
from tests.models.histories import DATES
from tests.models.journal import JUDGED, Change, Journal, Version, as_shown, last_moment

LAST = at(date(2026, 6, 30))  # no history reaches the day on which it is played
SILENT = ("suspended", "cancelled", "closed")  # nothing is reported then


class Office:
    def __init__(self, plan, moment, goals):
        self.plan, self.periods = plan, list(plan.periods.all())
        self.moment = moment
        self.moments = [moment]
        self.asked = 0
        self.waiting, self.requests = [], []
        self.played = Counter()
        *first, self.to_add = goals
        self.journals = [self.promise(goal) for goal in first]

    @property
    def today(self):
        return self.moment.astimezone(SHANGHAI).date()

    def play(self, act):
        self.moment = min(self.moment + act.pause, LAST)
        self.moments.append(self.moment)
        getattr(self, act.kind)(self.journals[act.whose % len(self.journals)], act)

    def number(self):
        self.asked += 1
        return self.asked

    # --- the promise --------------------------------------------------------------------------

    def promise(self, goal):
        if goal.get("comparator") == "between":
            goal = {**goal, "upper_value": goal["target_value"] + 10}
        nodes = goal.get("nodes", ())
        target = make_target(self.plan, at=self.moment, **{**goal, "nodes": nodes})
        rule, year = self.plan.light_rule.as_rule(), (self.plan.starts_on, self.plan.ends_on)
        journal = Journal(target, self.today, rule, year)
        words = {name: target.column(name) for name in JUDGED} | self.window(goal)
        journal.changes.append(Change(self.moment, journal.opened_on, self.number(), "open", words))
        for node, due_on in zip(target.milestones.movable().order_by("pk"), nodes, strict=True):
            self.note_node(journal, node, journal.opened_on, {"due_on": due_on, "order": node.order})
        self.note_final_node(journal, journal.opened_on)
        return journal

    def window(self, goal):
        """Added to a plan in force: it is paced and owes from its month on."""
        if self.today <= self.plan.starts_on:
            return {}
        day = min(self.today, self.plan.ends_on)
        current = next(period for period in self.periods if period.period_end >= day)
        since = min(day, goal.get("due_on") or day).replace(day=1)
        return {
            "starts_on": goal["starts_on"] or (since if since > self.plan.starts_on else None),
            "first_period": current.pk if current.number > 1 else None,
        }

    def add(self, _journal, _act):
        if self.to_add:
            self.journals.append(self.promise(self.to_add))
            self.to_add = None
            self.played["add"] += 1

    def note_node(self, journal, node, day, words):
        journal.nodes.append(node.pk)
        stored = node.revisions.get().pk
        journal.changes.append(Change(self.moment, day, self.number(), "node", words, node.pk, None, stored))

    def note_final_node(self, journal, day):
        """Once a deadline is stated and there is no node, one follows it from that day on."""
        if journal.target.measure != "milestone" or journal.nodes or not journal.today(self.moment).due_on:
            return
        node = journal.target.milestones.get()
        self.note_node(journal, node, day, {"order": 99, "follows_deadline": True})
        self.played["final node"] += 1

    def node(self, journal, act):
        """A new one, mostly from the first day on."""
        if journal.target.measure == "milestone" and len(journal.nodes) < 4:
            words = {
                "title": f"节点{act.pick}",
                "due_on": [None, *DATES][act.pick % 5],
                "order": act.pick % 2,
            }
            day = max(journal.opened_on, self.today - timedelta([act.back, 400, 400][act.pick % 3]))
            self.change(journal, replace(act, change="node", pick=0), adds=words, day=day)

    def define(self, journal, act):
        """Words that no light reads: there is a row of that day, and nothing else."""
        if journal.target.definition:
            return
        number = self.number()
        journal.target.define(by=coordinator(), at=self.moment, definition="口径")
        stored = journal.target.revisions.order_by("pk").last().pk
        journal.changes.append(Change(self.moment, self.today, number, "define", {}, None, None, stored))
        self.played["define"] += 1

    def curve(self, journal, act):
        """A monthly plan from the first day on."""
        self.change(journal, replace(act, change="curve", pick=0, back=400))

    # --- changes of the promise ---------------------------------------------------------------

    def change(self, journal, act, **asked):
        """Asked and signed at one moment."""
        if request := self.request(journal, act, **asked):
            self.signed(request, at_once=True)

    def ask(self, journal, act):
        if request := self.request(journal, act):
            self.requests.append(request)

    def sign(self, _journal, act):
        if self.requests:
            self.signed(self.requests.pop(act.pick % len(self.requests)))

    def refuse(self, _journal, act):
        if self.requests:
            _journal, revision, *_ = self.requests.pop(act.pick % len(self.requests))
            revision.refuse(by=self.other_than(revision.asked_by), comment="理由不足", at=self.moment)
            self.played["refused"] += 1

    def request(self, journal, act, adds=None, day=None):
        """A request; `adds` are the words of a new node."""
        kind, number = self.kind(journal, act), self.number()
        effective_on = day or max(journal.opened_on, self.today - timedelta(act.back))
        fields = {"document_no": "外街〔2025〕1号", "reason": "情况变化"}
        promise = journal.today(self.moment)
        words, annulled = adds or wishes.words(kind, promise, act, self.periods), None
        if kind == "override":
            fields["until"] = effective_on + timedelta([0, 20, 90][act.value % 3])
        if kind == "node" and not adds:
            if not journal.nodes:
                return None
            fields["milestone_id"] = journal.nodes[act.value % len(journal.nodes)]
        if kind == "annul":
            changes = [c for c in journal.changes if c.kind not in ("open", "define", "annul")]
            if not changes:
                return None
            annulled = changes[act.value % len(changes)]
            fields["annuls_id"], effective_on = annulled.pk, annulled.effective_on
        asker = [author(journal.target.lead_unit), coordinator(), deputy()][act.value % 3]
        points, fields["drops_curve"] = wishes.new_pace(kind, promise, words, act)
        with self.unless_refused(f"ask {kind}", never=kind in ("owner", "reporting")):
            revision = journal.target.ask(
                kind, by=asker, effective_on=effective_on, changes=words, curve=points, at=self.moment,
                **fields,
            )  # fmt: skip
            return journal, revision, number, words, annulled
        return None

    def kind(self, journal, act):
        """Mostly what can be asked for as the target stands; now and then what must be refused."""
        if act.pick == 0:
            return act.change
        if journal.today(self.moment).state == "suspended":
            return {"suspend": "resume", "override": "resume"}.get(act.change, act.change)
        if journal.verdict(date.max, self.moment).settled and act.pick < 8:
            return "close"
        if act.change == "close":
            return "override"
        if journal.nodes and act.change in ("value", "baseline", "definition"):
            return "node"
        return {"resume": "deadline"}.get(act.change, act.change)

    def signed(self, request, *, at_once=False):
        journal, revision, number, words, annulled = request
        before = self.state_to_resume(journal, revision.effective_on)
        with self.unless_refused(f"sign {revision.kind}", never=at_once):
            assert revision.approve(by=self.other_than(revision.asked_by), at=self.moment)
            ends = {"suspend": "suspended", "cancel": "cancelled", "close": "closed", "resume": before}
            if revision.kind in ends:
                words = {**words, "state": ends[revision.kind]}
            if revision.kind == "override":
                light = Light(words["override_light"])
                words = {"override_light": light, "override_until": revision.until}
            words = {name: value for name, value in words.items() if name not in ("definition", "title")}
            words |= wishes.follows(words, journal.target.measure)
            points = tuple(sorted(revision.curve.values_list("period_end", "planned_value")))
            curve = points or (() if revision.drops_curve else None)
            change = Change(
                self.moment, revision.effective_on, number, revision.kind, words, revision.milestone_id,
                annulled and annulled.asked, revision.pk, curve,
            )  # fmt: skip
            journal.changes.append(change)
            if revision.milestone_id not in (None, *journal.nodes):
                journal.nodes.append(revision.milestone_id)
                self.played["node added"] += 1
            if curve is not None:
                self.played[f"{revision.kind} {'with' if curve else 'drops'} monthly plan"] += 1
            self.note_final_node(journal, revision.effective_on)
            journal.target.refresh_from_db()

    def state_to_resume(self, journal, day):
        """What it was before it was suspended."""
        words = [change.words for change in journal.in_force(self.moment) if change.effective_on <= day]
        return [w["state"] for w in words if w.get("state", "suspended") != "suspended"][-1]

    def other_than(self, asker):
        return next(user for user in (coordinator(), deputy()) if user != asker)

    @contextmanager
    def unless_refused(self, what, *, never=False):
        """An act that the rules may refuse: then nothing of it stands."""
        try:
            with transaction.atomic():
                yield
        except ValidationError:
            if never:
                raise
            self.played[f"{what} refused"] += 1
        else:
            self.played[what] += 1

    # --- reports ----------------------------------------------------------------------------

    def is_silent(self, journal):
        return journal.today(self.moment).state in SILENT

    def report(self, journal, act):
        if handed_in := self.handed_in(journal, act):
            self.approved(journal, *handed_in)

    def hand_in(self, journal, act):
        if handed_in := self.handed_in(journal, act):
            self.waiting.append((journal, *handed_in))

    def approve(self, _journal, act):
        if self.waiting:
            journal, entry, done = self.waiting.pop(act.pick % len(self.waiting))
            if not self.is_still_taken(journal, entry):
                return
            if self.is_silent(journal):
                with pytest.raises(ValidationError):
                    entry.approve(by=reviewer(), at=self.moment)
            else:
                self.approved(journal, entry, done)

    def correct(self, journal, act):
        if entry := self.newest_entry(journal, act):
            changes = {"answer": "reported", "preliminary": act.preliminary}
            if journal.target.owes_figure(entry.part):
                changes["value"] = self.figure(journal, act)
            new = entry.correct(by=self.corrector(entry), reason="更正", at=self.moment, **changes)
            done = journal.newest(self.moment)[entry.period_id, entry.part].report.done
            if act.ticks:
                new.completions.all().delete()
                done = self.tick(journal, new, act)
            new.submit(by=new.entered_by, at=self.moment)
            self.approved(journal, new, done)

    def void(self, journal, act):
        if entry := self.newest_entry(journal, act):
            new = entry.void(by=self.corrector(entry), reason="无准确数", at=self.moment)
            new.submit(by=new.entered_by, at=self.moment)
            self.approved(journal, new, ())

    def newest_entry(self, journal, act):
        """Of those approved, counted back from the last one."""
        newest = journal.newest(self.moment)
        entries = [v.occasion for v in reversed(journal.versions) if newest[v.occasion] is v]
        if entries and not self.is_silent(journal):
            period, part = entries[act.pick % len(entries)]
            entry = journal.target.entries.filter(period=period, part=part).order_by("revision_no").last()
            return entry if self.is_still_taken(journal, entry) else None
        return None

    def corrector(self, entry):
        """Once the unit reports the figure, only a coordinator mends what the statistics said before."""
        owes = entry.part == "report" or entry.target.owes_figure(entry.part)
        return writer(entry.target, entry.part) if owes else coordinator()

    def is_still_taken(self, journal, entry):
        """Where the figure comes from elsewhere since, it may be neither approved nor corrected."""
        entry.target = journal.target
        return entry.carries_figure() or (entry.part == "report" and entry.value is None)

    def handed_in(self, journal, act):
        """An entry for an opened period that has none, with the nodes it ticks."""
        target = journal.target
        part = "statistic" if act.value % 4 and target.owes_figure("statistic") else "report"
        taken = set(target.entries.filter(part=part).values_list("period", flat=True))
        free = [p for p in self.periods if p.opens_on <= self.today and p.pk not in taken]
        if not free or self.is_silent(journal):
            return None
        period = free[-1 - act.pick % len(free)]
        carries = target.owes_figure(part)
        answer = act.answer if carries else "reported"
        if answer == "no_change" and journal.last_figure(period.period_end, self.moment) is None:
            answer = "not_published"
        value = self.figure(journal, act) if carries and answer == "reported" else None
        entry = ProgressEntry(
            target=target, period=period, part=part, answer=answer, value=value,
            preliminary=act.preliminary, narrative="按计划推进", entered_by=writer(target, part),
        )  # fmt: skip
        entry.save(at=self.moment)
        done = self.tick(journal, entry, act)
        entry.submit(by=entry.entered_by, at=self.moment)
        return entry, done

    def tick(self, journal, entry, act):
        done = []
        for which, days_ago in act.ticks.items():
            if which < len(journal.nodes):
                node, day = journal.nodes[which], self.today - timedelta(days_ago)
                MilestoneCompletion(entry=entry, milestone_id=node, completed_on=day).save(at=self.moment)
                done.append((node, day))
        return tuple(done)

    def figure(self, journal, act):
        return wishes.figure(journal.today(self.moment), act)

    def approved(self, journal, entry, done):
        end, occasion = entry.period.period_end, (entry.period_id, entry.part)
        value = entry.value
        if entry.answer == "no_change" and journal.target.owes_figure(entry.part):
            value = journal.last_figure(end, self.moment)
            if value is None:
                return  # the figure it repeats was voided meanwhile
        entry.approve(by=reviewer(), at=self.moment)
        before = journal.newest(self.moment).get(occasion)
        effective_on = before.report.effective_on if before else min(end, self.today)
        source = {"report": "unit", "statistic": "statistics"}[entry.part]
        report = Report(end, effective_on, value, entry.preliminary, entry.revision_no, done, source)
        journal.versions.append(Version(self.moment, occasion, report, entry.is_void))

    # --- asking ------------------------------------------------------------------------------

    def shown(self, on, known_at=None):
        rows = Target.objects.with_status(on=on, known_at=known_at).select_related("row")
        return {target.pk: as_shown(target) for target in rows}

    def expected(self, on, known_at):
        return {j.target.pk: j.reading(on, last_moment(known_at)) for j in self.journals}

    def to_ask(self, question):
        """A day near one on which a fact took effect, and a moment of an act or near it."""
        which_day, which_moment = question
        day = self.days()[which_day % len(self.days())]
        moment = self.moments[which_moment % len(self.moments)]
        just_before = moment - timedelta(microseconds=1)
        on = day + timedelta([0, 1, -1, 31][which_day % 4])
        return on, [moment, just_before, moment.astimezone(SHANGHAI).date()][which_moment % 3]

    def days(self):
        return sorted(set(DATES).union(*(journal.days() for journal in self.journals)))
