"""Which target a row of a superior's form is: by its name, its number on a list, or words alike."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from targets.forms.plan.on_list import named
from targets.models import ListEntry, Plan, Target
from targets.reading.superior import Row, factor
from targets.register.finding import folded

BY_PLAN = "plan"
BY_LIST = "list-"

_SAME, _ALIKE, _CONTAINED, _LIKELY = 1.0, 0.9, 0.75, 0.4
_BY_NUMBER, _BY_UNIT, _OTHER_UNIT = 0.2, 0.05, 0.4  # added to, and taken from, how alike the words are
_NUMBERED = 0.55  # how alike words must be where the number is the same too
_MARGIN = 0.1  # by which the best is better than the next
_REMEMBERED = 4_096  # texts: each is compared with many
_SHORTEST = 4  # of a name that is looked for within another
_EMPTY_WORDS = re.compile(r"全年|年度|本年|当年|其中|[\s，。、；：,.;:()（）“”\"'·—-]")


class Proposal(NamedTuple):
    """`is_sure`: nobody need look at it."""

    target: Target
    is_sure: bool


class _Found(NamedTuple):
    score: float
    row: Row
    target: Target
    is_numbered: bool


class Matcher:
    def __init__(self, plan: Plan) -> None:
        told = ("number", "code", "title", "stated_as", "unit_of_measure", "plan_id")
        self.targets = list(plan.targets.only(*told).order_by("number", "pk"))
        self.by_pk = {target.pk: target for target in self.targets}
        self.by_code = {target.code: target for target in self.targets}
        self.numberings: dict[str, dict[str, list[Target]]] = {BY_PLAN: defaultdict(list)}
        for target in self.targets:
            self.numberings[BY_PLAN][str(target.number)].append(target)
        self.lists = {f"{BY_LIST}{each.pk}": each.name for each in plan.lists.all()}
        for key in self.lists:
            self.numberings[key] = defaultdict(list)
        places = ListEntry.objects.filter(list__plan=plan).values_list("list", "target", "number")
        for on, target_pk, number in places:
            self.numberings[f"{BY_LIST}{on}"][_number(number)].append(self.by_pk[target_pk])

    def likeliest_numbering(self, rows: Sequence[Row]) -> str:
        """The one whose numbers agree with the words of most rows; empty if none does."""
        counts = {
            key: sum(
                any(_alike(row, target) >= _LIKELY for target in known.get(_number(row.number), ()))
                for row in rows
            )
            for key, known in self.numberings.items()
        }
        best = max(counts, key=counts.__getitem__)
        return best if 2 * counts[best] > len(rows) else ""

    def propose(
        self, rows: Sequence[Row], numbering: str, taken: Collection[int] = ()
    ) -> Mapping[str, Proposal]:
        """Label of a row → the target it seems to be; each for rows of one name, and none that is taken."""
        known = self.numberings.get(numbering, {})
        found: list[_Found] = []
        for row in (row for row in rows if row.is_ours):
            numbered = {target.pk for target in known.get(_number(row.number), ())} if row.number else set()
            for target in self.targets:
                is_numbered = target.pk in numbered
                score = _alike(row, target) + (_BY_NUMBER if is_numbered else 0)
                if score >= _LIKELY or (is_numbered and not row.title):
                    found.append(_Found(score, row, target, is_numbered))
        found.sort(key=lambda each: (-each.score, each.row.place, each.target.number or 0))
        scores: dict[str, list[float]] = defaultdict(list)
        for each in found:
            scores[each.row.label].append(each.score)
        best: dict[str, Proposal] = {}
        used: dict[int, str | None] = dict.fromkeys(taken)
        for each in found:
            title = each.row.title
            if each.row.label not in best and used.setdefault(each.target.pk, title) == title:
                best[each.row.label] = Proposal(each.target, _is_sure(each, scores[each.row.label]))
        return best


def _is_sure(found: _Found, scores: Sequence[float]) -> bool:
    """`scores` of the row, the best first: what is not the best, or hardly better than the next, is asked."""
    if found.row.is_doubtful or (len(scores) > 1 and found.score - scores[1] < _MARGIN):
        return False
    return found.score >= (_NUMBERED + _BY_NUMBER if found.is_numbered else _ALIKE)


def _alike(row: Row, target: Target) -> float:
    """From 0 to a little over 1."""
    words, own = _words(row.title), _words(target.title)
    if not words:
        return 0
    if words == own:
        score = _SAME
    else:
        score = _shared(_pairs(words), _pairs(own))
        shorter, longer = sorted((words, own), key=len)
        if len(shorter) >= _SHORTEST and (shorter in longer or words in target.stated_as):
            score = max(score, _CONTAINED)
    if row.unit and target.unit_of_measure:
        score += -_OTHER_UNIT if factor(target.unit_of_measure, row.unit) is None else _BY_UNIT
    return score


@lru_cache(maxsize=_REMEMBERED)
def _words(title: str) -> str:
    return _EMPTY_WORDS.sub("", named(title))


@lru_cache(maxsize=_REMEMBERED)
def _pairs(words: str) -> frozenset[str]:
    return frozenset(words[at : at + 2] for at in range(len(words) - 1))


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0


def _number(words: str) -> str:
    return folded(words).strip(" .、．()")
