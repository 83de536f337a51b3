"""What became known when about one target, read plainly: no database, no ledger, no query."""

from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, time

from targets.models import Target
from targets.rules.facts import Commitment, Facts, Light, Node, Report, Rule, Verdict
from targets.rules.judge import judge
from tests.factories import SHANGHAI

VERDICT = [f.name for f in fields(Verdict) if f.name != "commitment"]
COMMITMENT = [
    "state", "comparator", "target_value", "upper_value", "direction", "baseline_value", "starts_on",
    "due_on", "firmness", "lead_unit", "accountable_leader", "accountable_leader_words", "frequency",
    "figure_from", "first_period",
]  # fmt: skip
NOT_COLUMNS = {"nodes", "curve", "override_light", "override_until", "revised"}
ADJUSTING = ("value", "deadline", "definition", "define", "baseline", "node", "curve")  # shown as 已调整
JUDGED = [f.name for f in fields(Commitment) if f.name not in NOT_COLUMNS]


@dataclass(frozen=True)
class Version:
    """An approved report, correction or void of one period and part."""

    known_at: datetime
    occasion: tuple[int, str]
    report: Report
    is_void: bool


@dataclass(frozen=True)
class Change:
    """An approved change of the promise; `asked` numbers the requests in the order of asking."""

    known_at: datetime
    effective_on: date
    asked: int
    kind: str
    words: dict = field(default_factory=dict)  # what it makes the promise, or its node, read
    node: int | None = None
    annuls: int | None = None  # the number of the change it takes back
    pk: int | None = None
    curve: tuple | None = None  # the monthly plan it brings; () drops the one that stands


@dataclass
class Journal:
    target: Target
    opened_on: date
    rule: Rule
    year: tuple[date, date]  # the plan's first and last day
    nodes: list[int] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    versions: list[Version] = field(default_factory=list)

    def in_force(self, known_at):
        """The changes known by then, in the order in which they take effect."""
        known = [change for change in self.changes if change.known_at <= known_at]
        annulled = {change.annuls for change in known}
        standing = [c for c in known if c.asked not in annulled and c.kind != "annul"]
        return sorted(standing, key=lambda change: (change.effective_on, change.asked))

    def commitments(self, known_at):
        promise, nodes, found = {}, {}, []
        opened = day_of(self.changes[0].known_at)
        for change in self.in_force(known_at):
            new = dict(change.words)
            before = promise
            if change.node is not None:
                before = vars_of(nodes[change.node]) if change.node in nodes else {}
            replaced = [n for n, v in new.items() if before.get(n) not in (None, "", "undefined", v)]
            if change.curve is not None:
                replaced += [change.curve] if promise.get("curve") else []
                new["curve"] = change.curve
            backdated = change.effective_on < day_of(change.known_at) != opened
            if change.kind in ADJUSTING and (replaced or backdated):
                promise["revised"] = True
            if change.node is None:
                promise |= new
            else:
                nodes[change.node] = replace(nodes.get(change.node, Node(change.node)), **new)
            found.append((change.effective_on, Commitment(**promise, nodes=tuple(nodes.values()))))
        return tuple(found)

    def today(self, known_at):
        """The promise as it reads after all that is known."""
        return self.commitments(known_at)[-1][1]

    def newest(self, known_at):
        return {v.occasion: v for v in self.versions if v.known_at <= known_at}

    def reports(self, known_at):
        return [v.report for v in self.newest(known_at).values() if not v.is_void]

    def last_figure(self, before, known_at):
        """The newest one; of two of one period that of the source from which figures are to come now."""
        figures = [r for r in self.reports(known_at) if r.value is not None and r.period_end < before]
        source = self.today(known_at).figure_from
        newest = max(figures, key=lambda r: (r.period_end, r.figure_from == source), default=None)
        return newest and newest.value

    def facts(self, known_at):
        return Facts(self.commitments(known_at), tuple(self.reports(known_at)), self.rule, *self.year)

    def verdict(self, on, known_at):
        return judge(self.facts(known_at), on)

    def reading(self, on, known_at):
        """The status and the ledger's columns."""
        verdict = self.verdict(on, known_at)
        if verdict is None:
            return None, None
        row = {name: getattr(verdict, name) for name in VERDICT}
        row |= {name: getattr(verdict.commitment, name) for name in COMMITMENT}
        return plain_status(verdict, on), row

    def days(self):
        """All days that ever were a fact's, voided, replaced and annulled ones included."""
        found = {self.opened_on} | {change.effective_on for change in self.changes}
        for version in self.versions:
            found |= {version.report.effective_on, *(day for _node, day in version.report.done)}
        return found


def day_of(moment):
    return moment.astimezone(SHANGHAI).date()


def vars_of(node):
    return {name: getattr(node, name) for name in ("due_on", "order", "weight")}


def plain_status(verdict, day):
    if verdict.override_until >= day:
        return verdict.override_light
    if verdict.overdue_on <= day:
        return Light.OVERDUE
    if verdict.red_on <= day:
        return Light.RED
    if verdict.amber_on <= day:
        return Light.AMBER
    return Light.NOT_STARTED if verdict.opens_on > day else verdict.light


def last_moment(known_at):
    """The last moment that a date or a moment covers."""
    if isinstance(known_at, datetime):
        return known_at
    return datetime.combine(known_at, time.max, SHANGHAI)


def as_shown(target):
    """The same of a target read from the ledger."""
    if target.row is None:
        return target.status, None
    return target.status, {name: target.row.column(name) for name in [*VERDICT, *COMMITMENT]}
