"""Random histories: two promises, a third added later, the acts on them, and the questions asked."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import chain
from operator import add

from hypothesis import strategies as st

from tests.factories import SHANGHAI


@dataclass(frozen=True)
class Act:
    kind: str
    whose: int  # which of the targets
    pause: timedelta  # since the act before
    pick: int  # which of the occasions there are
    value: int
    answer: str
    preliminary: bool
    ticks: dict[int, int]  # nodes done: which → how many days ago
    change: str  # the kind of the request
    back: int  # how many days before its asking it takes effect
    pace: int  # which monthly plan comes with it, or that it drops the one that stands


@dataclass(frozen=True)
class History:
    rule: int  # counts through the plans: each has one of the shipped light rules
    starts: datetime
    goals: tuple[dict, dict, dict]  # the last one is added while the plan is in force
    acts: list[Act]
    questions: list[tuple[int, int]]  # which day, which moment


def shanghai(*moment):
    return datetime(*moment, tzinfo=SHANGHAI)


DATES = [date(2025, 3, 31), date(2025, 6, 30), date(2025, 10, 15), date(2025, 12, 31)]
PAUSES = [
    timedelta(days, minutes=minutes)
    for days, minutes in [(0, 0), (0, 0), (0, 20), (0, 500), (1, 0), (8, 0), (20, 930), (33, 0), (75, 0)]
]
REPORTING = [*["report"] * 4, "hand_in", "approve", *["correct"] * 3, *["void"] * 2]
CHANGING = [*["change"] * 9, *["ask"] * 2, *["sign"] * 3, "refuse", "define", "node", "curve", *["add"] * 2]
KINDS = [
    *["value", "value", "deadline", "definition", "baseline", "override", "override", "node", "node"],
    *["owner", "owner", "reporting", "reporting", "curve", "curve"],
    *["suspend", "suspend", "resume", "resume", "cancel", *["close"] * 3, *["annul"] * 3],
]
ACTS = st.builds(
    Act,
    kind=st.sampled_from([*REPORTING, *CHANGING]),
    whose=st.integers(0, 2),
    pause=st.sampled_from(PAUSES),
    pick=st.integers(0, 11),
    value=st.integers(0, 70),
    answer=st.sampled_from(["reported", "reported", "reported", "no_change", "not_published"]),
    preliminary=st.booleans(),
    ticks=st.dictionaries(st.integers(0, 2), st.sampled_from([0, 3, 25, 60, 120, 200]), max_size=2),
    change=st.sampled_from(KINDS),
    back=st.sampled_from([0, 0, 1, 5, 40, 100, 400]),
    pace=st.integers(0, 7),
)
LONG_AGO = st.sampled_from([25, 60, 120, 200])


def reported_and_mended(first, second, whose, ticks, kind):
    """A report, often approved before its period ends and of nodes done before that; then the same again."""
    report = replace(first, kind="report", whose=whose, pick=0, ticks=ticks)
    return [report, replace(second, kind=kind, whose=whose, pick=0)]


STORIES = st.builds(
    reported_and_mended,
    ACTS,
    ACTS,
    st.sampled_from([0, 0, 0, 1]),  # mostly the one that may have nodes
    st.dictionaries(st.integers(0, 2), LONG_AGO, min_size=1, max_size=2),
    st.sampled_from(["correct", "void"]),
)


def asked(change, **words):
    return {"kind": "change", **words, "change": change}


FINAL = {"kind": "report", "pick": 0, "value": 70, "answer": "reported", "preliminary": False}
PAIRS = [  # which acts alone seldom meet
    *[(FINAL, asked("close", pick=1))] * 2,
    (asked("suspend", pick=1), asked("resume", pick=0, back=0)),
    (asked("baseline", pick=1), {}),
    *[(asked("override", kind="ask", pick=1), {"kind": "refuse"})] * 2,
    (asked("node", pick=1, whose=0), {"whose": 0}),
    *[({"kind": "curve", "pace": pace}, FINAL) for pace in (1, 1, 2)],
    ({"kind": "report", "pick": 0}, asked("owner", pick=1, back=100)),
    ({"kind": "report", "pick": 0}, asked("reporting", back=100)),
    (asked("owner", pick=3, value=2), asked("owner", pick=1)),  # words, then a name
    (asked("owner", pick=1), asked("owner", pick=3, value=2)),
    (asked("value", pick=3, value=2), {}),  # at most
    (asked("curve", pick=1, pace=2), asked("curve", pace=4)),  # a monthly plan, then none
    (asked("curve", pick=1, pace=3), asked("value", pace=4)),
    (asked("curve", pick=1, pace=1), asked("value", pace=2)),
]


def pair(first, second, both):
    """Two acts on one target, mostly the one that has a figure."""
    return [replace(act, **{"whose": 1, **words}) for act, words in zip((first, second), both, strict=True)]


PAIRED = st.builds(pair, ACTS, ACTS, st.sampled_from(PAIRS))
PROMISE = {
    "state": st.sampled_from(["active", "active", "active", "undefined", "watch"]),
    "starts_on": st.sampled_from([None, None, date(2025, 3, 1)]),
    "due_on": st.sampled_from([None, date(2025, 6, 30), date(2025, 12, 31)]),
}
COMPARATORS = ["gte", "gt", "lte", "lt", "eq", "approx", "between"]


def measured(measure, unit, values, baselines, comparators=(*["gte"] * 4, *COMPARATORS)):
    """Promises of a number: sometimes none is stated yet."""
    return st.fixed_dictionaries(
        {
            "measure": st.just(measure),
            "unit_of_measure": st.just(unit),
            "comparator": st.sampled_from(comparators),
            "target_value": st.sampled_from(values),
            "baseline_value": st.sampled_from([None, *baselines]),
            "basis": st.sampled_from(["net", "net", "gross"]),
            "figure_from": st.sampled_from(["unit", "unit", "statistics"]),
            **PROMISE,
        }
    )


FIGURES = st.one_of(
    measured("flow", "亿元", [520], [None]),
    measured("flow", "家", [52], [None]),
    measured("stock", "家", [150], [None, 131, 155]),
    measured("rank", "位", [2], [None], ["lte", "lte", "lt", "eq"]),
    measured("growth", "%", [6], [None]),
    measured("ratio", "%", [80, 10], [60, 50]),
)
MILESTONE = st.fixed_dictionaries(
    {
        "measure": st.just("milestone"),
        "nodes": st.lists(st.sampled_from([None, *DATES]), max_size=3),
        **PROMISE,
    }
)
WORDS = st.fixed_dictionaries(
    {"measure": st.just("qualitative"), **PROMISE, "state": st.sampled_from(["watch", "undefined"])}
)
MOMENTS = [shanghai(2024, 12, 20, 9), shanghai(2025, 3, 31, 23, 50), shanghai(2025, 8, 2, 0, 30)]


# Sampled, as `one_of` would count the same strategy once however often it is named.
ACT_OR_STORY = st.sampled_from([*[ACTS.map(lambda act: [act])] * 6, STORIES, PAIRED, PAIRED]).flatmap(
    lambda acts: acts
)
GOALS = st.sampled_from([MILESTONE, MILESTONE, FIGURES, WORDS]).flatmap(lambda goal: goal)


def histories_of(acts):
    return st.builds(
        History,
        rule=st.integers(0, 59),
        starts=st.sampled_from(MOMENTS),
        goals=st.tuples(GOALS, FIGURES, st.one_of(FIGURES, GOALS)),
        acts=acts,
        questions=st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99)), min_size=10, max_size=10),
    )


def histories(acts):
    """Histories of about so many acts."""
    several = st.lists(ACT_OR_STORY, min_size=acts, max_size=acts + 8)
    return histories_of(several.map(chain.from_iterable).map(list))


def histories_with(both):
    """Histories of these two acts, after a report or two."""
    reports = st.lists(ACTS.map(lambda act: replace(act, kind="report", whose=1)), min_size=1, max_size=2)
    return histories_of(st.builds(add, reports, st.builds(pair, ACTS, ACTS, st.just(both))))
