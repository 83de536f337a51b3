"""征求意见: which unit is asked about which targets of a drafted plan, and what goes out to it."""

from __future__ import annotations

from targets import explain
from targets.models import OrgUnit, Plan, Target
from targets.models.enums import WORDS_ONLY
from targets.reading.returned import Key


def asked(plan: Plan) -> list[tuple[OrgUnit, list[Target]]]:
    """Each unit with the targets that it leads or supports, in the order of the offices."""
    found: dict[OrgUnit, list[Target]] = {}
    targets = plan.targets.select_related("lead_unit").prefetch_related("supporting_units__unit")
    for target in targets.order_by("number", "pk"):
        for unit in dict.fromkeys(units_of(target)):
            found.setdefault(unit, []).append(target)
    return sorted(found.items(), key=lambda each: (each[0].order, each[0].path))


def units_of(target: Target) -> list[OrgUnit]:
    """The lead unit, then those that support; they must be loaded."""
    return [target.lead_unit, *(link.unit for link in target.supporting_units.all())]


def sent_out(target: Target, unit: OrgUnit) -> dict[str, str]:
    """Field → the cell that goes out to the unit."""
    cells = {
        "number": str(target.number),
        "title": target.title,
        "value": value_of(target),
        "due": target.due_text or explain.day(target.due_on),
        "units": "、".join(each.name for each in units_of(target)),
        "words": "",
    }
    return {**cells, "key": str(Key.of(target.code, target.version, unit.pk, cells))}


def value_of(target: Target) -> str:
    """The goal as it is read; in the document's words where it is no number."""
    has_goal = target.target_value is not None and target.measure not in WORDS_ONLY
    return target.reading if has_goal else target.stated_as
