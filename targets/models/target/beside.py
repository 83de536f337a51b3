"""Beside what a target stands: domain and source of its plan, who leads it, other targets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.functional import Promise as Words
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from targets.models.target.target import Target


def faults(target: Target) -> dict[str, Words]:
    """Why it cannot stand there: field → message."""
    named = {"domain": target.domain, "source": target.source}
    found: dict[str, Words] = {
        name: _("This belongs to another plan.")
        for name, row in named.items()
        if row is not None and row.plan_id != target.plan_id
    }
    if target._state.adding and target.lead_unit_id and not target.lead_unit.active:
        found["lead_unit"] = _("This unit is switched off; it leads nothing new.")
    if target.parent is not None and target.pk and _is_below_itself(target):
        found["parent"] = _("A target cannot stand below itself.")
    if target.matter is not None and (fault := _fault_of_the_matter(target, target.matter)):
        found["matter"] = fault
    return found


def _is_below_itself(target: Target) -> bool:
    above = target.parent
    while above is not None and above.pk != target.pk:
        above = above.parent
    return above is not None


def _fault_of_the_matter(target: Target, matter: Target) -> Words | None:
    """Total, growth and rank share the row of one target, which shares no other's."""
    if matter.plan_id != target.plan_id:
        return _("This belongs to another plan.")
    if matter.pk == target.pk:
        return _("A target has its own row already.")
    if matter.matter_id:
        return _("This target shares another's row itself; choose that one.")
    if target.pk and target.same_matter.exists():
        return _("Others share this target's row, so it keeps its own.")
    return None
