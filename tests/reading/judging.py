"""Compares what is read in a sentence with what `tests/cases` says it promises.

A promise is wholly right where every column agrees. Worst is a reading that would be active with
another promise than worded.
"""

from collections import Counter
from decimal import Decimal

from targets.reading import wording

SCALES = {"万亿": 10**12, "亿": 10**8, "万": 10**4}


def amount(value, unit):
    """The same amount on any scale: 3.6亿元 is 36000万元."""
    unit = unit or ""
    scale = next((name for name in SCALES if unit.startswith(name)), "")
    return value is not None and Decimal(value) * SCALES.get(scale, 1), unit.removeprefix(scale)


def differences(reading, expected):
    """The columns in which a reading is not what is expected, by name."""
    unit = reading.unit_of_measure or ("倍" if reading.multiplier is not None else "")
    given = (reading.measure, reading.comparator, amount(reading.value, unit))
    accepted = [(expected["measure"], expected["comparator"], expected["value"], expected["unit"])]
    accepted += map(tuple, expected.get("accept", ()))
    wrong = set()
    readings = [(measure, comparator, amount(value, unit)) for measure, comparator, value, unit in accepted]
    if given not in readings:
        of_first = zip(("measure", "comparator", "value"), given, readings[0], strict=True)
        wrong |= {name for name, mine, theirs in of_first if mine != theirs}
    if reading.multiplier is not None and "multiplier" in expected:
        wrong -= {"value"}
    columns = {
        "upper_value": (reading.upper_value and amount(reading.upper_value, unit),
                        expected["upper_value"] and amount(expected["upper_value"], expected["unit"])),
        "firmness": (reading.firmness or "expected", expected["firmness"]),
        "direction": (reading.direction, expected["direction"]),
        "due_on": (reading.due_on and reading.due_on.isoformat(), expected["due_on"]),
        "is_fall": (reading.is_fall, expected.get("is_fall", False)),
        "multiplier": (reading.multiplier, expected.get("multiplier") and Decimal(expected["multiplier"])),
    }  # fmt: skip
    if not given[2][0]:
        wrong -= {"value"} if not expected["value"] else set()
    wrong |= {name for name, (mine, theirs) in columns.items() if mine != theirs}
    if "state" in expected and reading.state != expected["state"]:
        wrong.add("state")
    if expected["relative"] and reading.state == "active":
        wrong.add("state")
    if expected.get("due_text") and expected["due_text"] not in (reading.due_text or ""):
        wrong.add("due_text")
    return wrong


def nodes_differ(readings, expected):
    """Every node may be a promise of its own: then as many, on the same days, under such titles."""
    last = [reading for reading in readings if reading.measure == "milestone"]
    if len(last) != len(expected["nodes"]) or len(last) != len(readings):
        return {"nodes"}
    wrong = set()
    for reading, node in zip(last, expected["nodes"], strict=True):
        if reading.due_on is None or reading.due_on.isoformat() != node["due_on"]:
            wrong.add("due_on")
        if node["title"] not in reading.words and reading.words not in node["title"]:
            wrong.add("title")
        if (reading.firmness or "expected") != expected["firmness"]:
            wrong.add("firmness")
    return wrong


def judged(case):
    """(promise, its reading or None, differences) for each, and the readings nothing promised."""
    readings = wording.read_all(case["text"], year=case["year"])
    rest, found = list(readings), []
    for expected in case["expect"]:
        if expected["nodes"] and len(case["expect"]) == 1:
            found.append((expected, readings[-1] if readings else None, nodes_differ(readings, expected)))
            rest = []
            continue
        ranked = sorted(rest, key=lambda reading: len(differences(reading, expected)))
        same = [each for each in ranked
                if each.value is not None and amount(each.value, each.unit_of_measure)[0]
                == amount(expected["value"], expected["unit"])[0]]  # fmt: skip
        reading = (same or ranked or [None])[0]
        if reading is not None:
            rest.remove(reading)
        found.append((expected, reading, differences(reading, expected) if reading else {"missing"}))
    return found, rest


def is_turned_round(reading, wrong):
    return reading is not None and reading.state == "active" and bool(wrong)


def counted(name, found_by_case):
    """Print what differs; return how many promises and how many sentences are wholly right."""
    promises = [wrong for _, found, _ in found_by_case for _, _, wrong in found]
    right = sum(not wrong for wrong in promises)
    whole = sum(not rest and not any(wrong for _, _, wrong in found) for _, found, rest in found_by_case)
    print(f"\n{name}: {right} of {len(promises)} promises, {whole} of {len(found_by_case)} sentences right")
    print(Counter(each for wrong in promises for each in wrong))
    for case, found, rest in found_by_case:
        for expected, reading, wrong in found:
            if wrong:
                arguable = "arguable " if expected.get("arguable") else ""
                print(f"  {arguable}{expected['text']}: {sorted(wrong)} {reading and reading.state}")
        for reading in rest:
            print(f"  {case['text']}: nothing was promised, read {reading.words} {reading.state}")
    return right, whole


def without_fault(columns, found_by_case):
    """The share of promises that are found and of which none of these columns differs."""
    promises = [wrong for _, found, _ in found_by_case for _, _, wrong in found]
    return sum(not wrong & {*columns, "missing"} for wrong in promises) / len(promises)
