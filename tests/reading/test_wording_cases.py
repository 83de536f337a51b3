"""What sentences of offices say, one by one: `tests/cases/wording*.jsonl`.

Of readings that would be active with another promise than worded there may be none, of lost words
neither.
"""

import pytest

from targets.reading.pasted import Row
from tests.cases import cases
from tests.reading.judging import counted, is_turned_round, judged, without_fault

PARTS = {
    part: [(case, *judged(case)) for case in cases(name)]
    for part, name in {
        "shared": "wording", "own": "wording_own", "second": "wording_second", "third": "wording_third",
        "fourth": "wording_fourth", "fifth": "wording_fifth", "sixth": "wording_sixth",
        "seventh": "wording_seventh", "eighth": "wording_eighth", "ninth": "wording_ninth",
        "tenth": "wording_tenth",
    }.items()
}  # fmt: skip
JUDGED = [each for part in PARTS.values() for each in part]
CASES = [case for case, _, _ in JUDGED]
# Reached once, so no less from now on: promises and sentences wholly right.
REACHED = {
    "shared": (314, 261), "own": (78, 60), "second": (47, 42), "third": (229, 171), "fourth": (85, 60),
    "fifth": (64, 49), "sixth": (53, 40), "seventh": (140, 115), "eighth": (77, 61),
    "ninth": (43, 40), "tenth": (47, 29),
}  # fmt: skip


@pytest.mark.parametrize(("case", "found", "rest"), JUDGED, ids=[case["text"] for case in CASES])
def test_nothing_is_active_with_another_promise_than_worded(case, found, rest):
    turned = [(expected["text"], wrong, reading) for expected, reading, wrong in found
              if is_turned_round(reading, wrong) and not expected.get("arguable")]  # fmt: skip
    assert not turned
    assert case["arguable"] or not [reading for reading in rest if reading.state == "active"]


@pytest.mark.parametrize("case", CASES, ids=[case["text"] for case in CASES])
@pytest.mark.parametrize("column", ["title", "value"])
def test_no_words_of_a_promise_are_lost(case, column):
    row = Row(1, {"title": "任务", column: case["text"]})
    promise = row.promise(case["year"])
    assert promise.stated_as == case["text"] or (column == "title" and promise.stated_as in case["text"])


@pytest.mark.parametrize("part", PARTS)
def test_as_many_are_wholly_right_as_were_reached(capsys, part):
    with capsys.disabled():
        right, whole = counted(part, PARTS[part])
    promises, sentences = REACHED[part]
    assert right >= promises
    assert whole >= sentences


@pytest.mark.parametrize("part", PARTS)
def test_measure_and_comparator_are_read_nearly_always(capsys, part):
    share = without_fault({"measure", "comparator"}, PARTS[part])
    with capsys.disabled():
        print(f"\n{part}: measure and comparator {share:.1%}")
    assert share >= 0.97
