"""A question: something is missing, or looks odd. Nothing is refused for it.

Gaps of a promise, doubts about a figure, and what a plan lacks at 印发 and at 办结 are all questions.
Who knows the fact asks; `explain.questions` holds the level and the words of every key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Question:
    """`numbers` are those that the sentence names; `place` is the object in question, if others are too."""

    key: str
    numbers: Mapping[str, Any] = field(default_factory=dict)
    place: Any = None


def ask(conditions: Mapping[str, bool], place: Any = None) -> list[Question]:
    """The questions whose condition holds, in order; `conditions` maps keys to conditions."""
    return [Question(key, place=place) for key, holds in conditions.items() if holds]
