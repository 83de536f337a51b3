"""Rights on targets and their plans, as conditions inside one query.

Each function returns a Q on targets, but `may_open` a Q on plans, and so does an empty prefix `plan`.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db.models import Exists, OuterRef, Q, QuerySet

from targets.models.enums import WORDS_ONLY, FigureFrom, Part, PlanState, ReviewMode, Role
from targets.models.people.roles import (
    ROLES,
    everything_or,
    jurisdictions_of,
    supported_by,
    units_above,
    units_around,
    units_below,
    units_of,
)

# Targets whose figure is an official statistic.
BY_STATISTICS = Q(figure_from=FigureFrom.STATISTICS) & ~Q(measure__in=WORDS_ONLY)


def may_see(user: Any) -> Q:
    """Targets that the user's unit or one below leads or supports, those of plans open to the user,
    and those the user's role deals with.
    """
    has_a_part = Q(lead_unit__in=units_below(user, *ROLES)) | Q(pk__in=supported_by(user, *ROLES))
    reviews = _reviews_for_the_office(user) & (
        ~Q(plan__state=PlanState.DRAFTING) | Q(plan__office__isnull=False)
    )
    seen = has_a_part | _is_open_to(user, "plan__") | _statistics(user) | reviews
    # Last, because it runs once per target: a unit still reads targets on which it filed reports.
    return everything_or(user, seen | Q(Exists(_filed_by(units_below(user, *ROLES)))))


def may_open(user: Any) -> Q:
    """Plans open to the user as a whole, and those with a target the user sees."""
    seen = apps.get_model("targets", "Target").objects.visible_to(user).order_by()
    return everything_or(user, _is_open_to(user, "") | Q(pk__in=seen.values("plan")))


def may_coordinate(user: Any, plan: str = "plan__") -> Q:
    """Targets or plans of the jurisdictions in which the user is a coordinator."""
    return everything_or(user, Q(**{f"{plan}jurisdiction__in": jurisdictions_of(user, Role.COORDINATOR)}))


def may_sign(user: Any) -> Q:
    """Targets whose changes the user decides on, as coordinator or leader of the jurisdiction."""
    return everything_or(
        user, Q(plan__jurisdiction__in=jurisdictions_of(user, Role.COORDINATOR, Role.LEADER))
    )


def may_log(user: Any, part: str | None = None) -> Q:
    """Targets on which the user reports: the lead unit files the report, a statistician the statistic.

    A coordinator files both parts in place of a unit or statistician that does not.
    """
    whose: dict[str, Q] = {
        Part.REPORT: Q(lead_unit__in=units_of(user, Role.REPORTER, Role.REVIEWER, Role.COORDINATOR)),
        Part.STATISTIC: _statistics(user),
    }
    own = whose[Part.REPORT] | whose[Part.STATISTIC] if part is None else whose[part]
    return everything_or(user, own | may_coordinate(user))


def may_review(user: Any) -> Q:
    """Targets whose entries the user reviews. By the plan's mode the review is done by the office, by
    the reviewers of the unit and of the units above, or by both in turn.
    """
    above = Q(plan__jurisdiction__in=units_of(user, Role.REVIEWER), lead_unit__in=units_below(user))
    unit = (
        Q(plan__review_mode__in=(ReviewMode.UNIT, ReviewMode.BOTH)) & may_pass(user)
        | Q(plan__review_mode=ReviewMode.UNIT) & above
    )
    return everything_or(user, unit | may_decide(user))


def may_pass(user: Any) -> Q:
    """The unit's step: reviewers of the lead unit or of units above it, below the plan's jurisdiction."""
    below = Q(lead_unit__in=units_below(user, Role.REVIEWER))
    return everything_or(user, below & ~Q(plan__jurisdiction__in=units_below(user)))


def may_decide(user: Any) -> Q:
    """The office's step: its reviewers, and the coordinators."""
    return everything_or(user, _reviews_for_the_office(user) | may_coordinate(user))


def may_follow(user: Any, part: str) -> Q:
    """Targets whose unapproved entries the user reads: led by the user's unit, or for the user to review.

    Statisticians also read an unapproved official statistic.
    """
    followed = Q(lead_unit__in=units_of(user)) | may_review(user)
    return everything_or(user, followed | _statistics(user) if part == Part.STATISTIC else followed)


def _filed_by(units: Any) -> QuerySet:
    entries = apps.get_model("targets", "ProgressEntry")._base_manager
    return entries.filter(target=OuterRef("pk"), reported_by_unit__in=units)


def _is_open_to(user: Any, plan: str) -> Q:
    """Issued open plans above or below the user's unit. Leaders of the jurisdiction, and coordinators
    and leaders above it, see every issued plan; only its coordinators see a draft.
    """
    jurisdiction = f"{plan}jurisdiction__in"
    issued = ~Q(**{f"{plan}state": PlanState.DRAFTING})
    open_to = Q(**{f"{plan}is_open": True}) & Q(**{jurisdiction: units_around(user, *ROLES)})
    above = Q(**{jurisdiction: jurisdictions_of(user, Role.LEADER)})
    below = Q(**{jurisdiction: units_below(user, Role.COORDINATOR, Role.LEADER)})
    return Q(**{jurisdiction: jurisdictions_of(user, Role.COORDINATOR)}) | issued & (open_to | above | below)


def _statistics(user: Any) -> Q:
    return BY_STATISTICS & Q(plan__jurisdiction__in=jurisdictions_of(user, Role.STATISTICIAN))


def _reviews_for_the_office(user: Any) -> Q:
    """A plan that names its office is reviewed there; else by any reviewer of the jurisdiction."""
    here = Q(plan__jurisdiction__in=jurisdictions_of(user, Role.REVIEWER))
    office = Q(plan__office__isnull=True) | Q(plan__office__in=units_above(user))
    return Q(plan__review_mode__in=(ReviewMode.OFFICE, ReviewMode.BOTH)) & here & office
