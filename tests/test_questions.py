"""The one list of questions: every key that is asked has a level and words, and pages show it in order."""

import ast
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import translation

import targets
from targets import explain
from targets.explain.questions import CHECKED, QUESTIONS, REQUIRED
from targets.rules.facts import Light
from targets.rules.question import Question, ask

PASSED_ON = ("rules/question.py", "rules/filed_figure.py")  # here the key is an argument
NUMBERS = {
    "value": Decimal("105.6"), "last": Decimal("43.1"), "change": Decimal("-62.5"), "pace": Decimal("43.3"),
    "expected": Decimal(260), "goal": Decimal(520), "usual": Decimal(50), "then": Decimal(200),
    "known": Decimal(500), "share": Decimal("20.3"), "usual_share": Decimal(50), "unit": "亿元",
    "since": date(2025, 1, 1), "until": date(2025, 6, 30),
}  # fmt: skip
WORDS = {
    "light": Light.RED, "missing": ["issues", "next_steps"], "month": "6月", "periods": "2月",
    "figure": "265.2", "node": "竣工", "day": "2025-06-18",
}  # fmt: skip


def is_asking(call):
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr == "ask" and ast.unparse(function.value) == "filed"
    return isinstance(function, ast.Name) and function.id in ("Question", "ask")


def keys_of(call):
    first = call.args[0]
    nodes = first.keys if isinstance(first, ast.Dict) else ast.walk(first)
    return {node.value for node in nodes if isinstance(node, ast.Constant)}


def asked_in_the_code():
    """The keys that are asked anywhere; each call must spell its keys out."""
    found, rooms = set(), Path(targets.__file__).parent
    for path in rooms.rglob("*.py"):
        if path.relative_to(rooms).as_posix() in PASSED_ON:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and is_asking(node):
                keys = keys_of(node)
                assert keys, f"{path}:{node.lineno}"
                found |= keys
    return found


def named(words):
    return set(re.findall(r"%\((\w+)\)s", words))


def test_every_key_that_is_asked_has_words_and_all_words_are_asked():
    assert asked_in_the_code() == set(QUESTIONS)


def test_every_key_has_one_level():
    assert not REQUIRED.keys() & CHECKED.keys()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("key", QUESTIONS)
def test_the_words_are_complete_in_both_languages(key, language):
    with translation.override("en"):
        numbers = named(str(QUESTIONS[key]))
    with translation.override(language):
        assert named(str(QUESTIONS[key])) <= numbers
        told = explain.question(Question(key, WORDS if numbers & WORDS.keys() else NUMBERS))
    assert told
    assert "%(" not in told
    assert "%%" not in told


def test_numbers_of_a_question_are_told_with_their_unit():
    with translation.override("en"):
        assert explain.question(Question("halved", NUMBERS)) == (
            "It fell from 43.1亿元 to 105.6亿元, less than half. Is that right?"
        )


def test_what_is_required_comes_first_and_each_level_in_the_order_of_asking():
    found = [
        Question("void"), *ask({"leader": True, "days_off": True, "value": False, "deadline": True}),
    ]  # fmt: skip
    assert explain.questions(found) == [
        str(QUESTIONS[key]) for key in ("leader", "deadline", "void", "days_off")
    ]


def test_questions_of_many_objects_stand_with_the_object_in_question():
    found = [
        *ask({"days_off": True, "reviewer": True}, "plan"), *ask({"source": True}, "first"),
        *ask({"nodes": True}, "second"), *ask({"deadline": True}, "first"),
    ]  # fmt: skip
    words = {key: str(QUESTIONS[key]) for key in ("reviewer", "days_off", "source", "deadline", "nodes")}
    assert list(explain.by_place(found).items()) == [
        ("plan", [words["reviewer"], words["days_off"]]),
        ("first", [words["source"], words["deadline"]]),
        ("second", [words["nodes"]]),
    ]
