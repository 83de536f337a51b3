"""The frame of every page: the town, where its reader may go and what waits there, which plan and month."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple, cast

from django.contrib.auth.models import User
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from targets import explain
from targets.models import OrgUnit, Plan, ReportingPeriod
from targets.models.enums import Role
from targets.models.people.place import Place
from targets.models.people.roles import ROLES
from targets.models.people.viewer import Account
from targets.models.plan.plan import usual_plan
from targets.register.register import Register
from targets.todo import Queues, Todo, queues
from tracker.apps import is_by_platform

TIMES = ("period", "as_of", "known_at")
OF_ONE_PLAN = ("domain", "unit", "leader")  # parameters that mean nothing in another plan


class Door(NamedTuple):
    """A page of the navigation; `queue` names what waits behind it."""

    name: str  # of its address
    label: str | Promise
    queue: str = ""
    query: str = ""

    @property
    def address(self) -> str:
        return f"{reverse(self.name)}?{self.query}" if self.query else reverse(self.name)


OVERVIEW = Door("overview", gettext_lazy("Overview"))
REGISTER = Door("target-list", gettext_lazy("Status table"))
ISSUES = Door("report-list", gettext_lazy("Issued reports"))
TODO = Door("todo", gettext_lazy("To do"), "total")
REPORTS = Door("admin:targets_progressentry_desk", gettext_lazy("This month's reports"), "reports")
REVIEWS = Door("admin:targets_progressentry_review", gettext_lazy("Review desk"), "reviews")
STATISTICS = Door("admin:targets_progressentry_statistics", gettext_lazy("Enter statistics"), "statistics")
MANAGEMENT = Door("admin:index", gettext_lazy("Management"))
# which door leads to a page; all other pages of the administration lie behind 管理
BEHIND = {
    "target-detail": REGISTER, "target-notes": REGISTER, "target-export": REGISTER,
    "report-prepare": ISSUES, "report-detail": ISSUES, "report-bulletin": ISSUES,
    "report-compare": ISSUES, "superior-list": ISSUES, "superior-new": ISSUES, "superior-detail": ISSUES,
}  # fmt: skip
# what an account lacks that shows nothing, and whom to ask; by `Place.lacks`
LACKS = {
    "role": gettext_lazy(
        "Your account has no role yet, so there is nothing to see. Please ask the system administrator for "
        "one, and say what you do: report, review, coordinate, enter statistics or lead."
    ),
    "unit": gettext_lazy(
        "Your account belongs to no unit yet, so there is nothing to see. Please ask the system "
        "administrator to enter you with your unit."
    ),
    "seat": gettext_lazy(
        "Your unit is switched off, so there is nothing to see. Please ask the system administrator to enter "
        "you with the unit that you serve in now."
    ),
}
SHOW_A_MONTH = (OVERVIEW, REGISTER, REPORTS, REVIEWS, STATISTICS)


def doors(user: Account) -> list[Door]:
    """Return the navigation by role; the first page is where signing in leads."""
    place = Place.of(user)
    oversees = place.plays(Role.LEADER, Role.COORDINATOR)
    desks = [
        door
        for door, is_open in (
            (REPORTS, Role.REPORTER in place.roles),
            (REVIEWS, place.plays(Role.REVIEWER, Role.COORDINATOR)),
            (STATISTICS, Role.STATISTICIAN in place.roles),
        )
        if is_open and user.is_staff and not place.lacks
    ]
    reading = [REGISTER, TODO] if place.plays(*ROLES) else []
    found = [OVERVIEW, *reading, *desks, ISSUES] if oversees else [*desks, *reading]
    if user.is_staff and place.plays(Role.COORDINATOR, Role.ADMINISTRATOR, Role.AUDITOR):
        found.append(MANAGEMENT)
    return found or [REGISTER]


def only_town() -> str:
    """The jurisdiction of the plans if all are of one, for pages that ask who their reader is."""
    found = OrgUnit.objects.filter(plans__isnull=False).distinct()[:2]
    return str(found[0]) if len(found) == 1 else ""


class Choice(NamedTuple):
    """A line of the plan's or the month's menu."""

    label: str
    note: str
    address: str
    is_current: bool


class Frame:
    """`context` is the page's own: the plan, the register or the month that it shows, if any."""

    def __init__(self, request: HttpRequest, context: Mapping[str, Any], today: date) -> None:
        self.request, self.user, self.today = request, cast(User, request.user), today
        self.place = Place.of(self.user)
        shown = context.get("plan")
        self.of_page = shown if isinstance(shown, Plan) and shown.pk else None
        self.register = context.get("register") if isinstance(context.get("register"), Register) else None
        period = context.get("period")
        self.period = self.register.period if self.register else period
        if not isinstance(self.period, ReportingPeriod):
            self.period = None
        self.scope, self.todo = context.get("scope"), context.get("todo")

    # --- plan ---------------------------------------------------------------------------------

    @cached_property
    def seen(self) -> list[Plan]:
        """The plans that the reader may see, with their periods; a page may have read them already."""
        read = getattr(self.scope, "plans", None)
        if read is not None:
            return list(read)
        return list(Plan.objects.shown_to(self.place))

    @cached_property
    def plan(self) -> Plan | None:
        if self.of_page is None:
            return usual_plan(self.seen, self.today, self.place)
        return next((plan for plan in self.seen if plan == self.of_page), self.of_page)

    @property
    def town(self) -> str:
        return str(self.plan.jurisdiction) if self.plan else ""

    @property
    def invented(self) -> str:
        """The codes of the demonstration plans that a page without a plan of its own may show."""
        return explain.listed(sorted(plan.code for plan in self.seen if plan.is_invented))

    @property
    def plans(self) -> list[Choice]:
        return [
            Choice(self._short(plan), str(plan.get_state_display()), self._address(plan), plan == self.plan)
            for plan in self.seen
        ]

    @property
    def title(self) -> str:
        return self._short(self.plan) if self.plan else ""

    def _short(self, plan: Plan) -> str:
        """The title without the town that stands in the header already."""
        return plan.title.removeprefix(self.town) or plan.title

    # --- month --------------------------------------------------------------------------------

    @cached_property
    def opened(self) -> list[ReportingPeriod]:
        """The months that may be shown, the newest first."""
        periods = self.plan.periods.all() if self.plan else ()
        return sorted((p for p in periods if p.opens_on <= self.today), key=lambda p: -p.number)

    @property
    def newest(self) -> ReportingPeriod | None:
        return next(iter(self.opened), None)

    @property
    def is_being_filed(self) -> bool:
        newest = self.newest
        return newest is not None and newest.freeze_on >= self.today

    @property
    def month(self) -> str:
        """What the page shows: a month, or the day that a link asked for."""
        if self.register and self.register.period is None and self.register.is_of_another_day:
            return explain.day(self.register.on)
        shown = self.period or self.newest
        return explain.month_of(shown.period_end, self.today) if shown else ""

    @property
    def filed(self) -> tuple[int, int] | None:
        """How many reports of the newest month are filed, and asked for: for those who run the plan."""
        shows_newest = self.period is None or self.period == self.newest
        shows_today = self.register is None or not self.register.is_past or self.register.period is not None
        is_shown = self.is_being_filed and shows_newest and shows_today
        return self.queues.filed.get(self.plan.pk) if is_shown and self.plan else None

    @property
    def months(self) -> list[Choice]:
        if self.plan is None or not self.opened:
            return []
        found = []
        is_today = self.period is None and not (self.register and self.register.is_of_another_day)
        if not self.is_being_filed:
            found.append(
                Choice(
                    pgettext("month", "now"),
                    explain.short_day(self.today),
                    self._address(self.plan),
                    is_today,
                )
            )
        for period in self.opened:
            is_now = self.is_being_filed and period == self.newest
            found.append(
                Choice(
                    explain.month_of(period.period_end, self.today),
                    self._note(period),
                    self._address(self.plan, None if is_now else period),
                    period == self.period or (is_now and is_today),
                )
            )
        return found

    def _note(self, period: ReportingPeriod) -> str:
        if period.words_due_on >= self.today:
            return _("being filed, words by %(day)s") % {"day": self._day(period.words_due_on)}
        if period.freeze_on >= self.today:
            return _("final on %(day)s") % {"day": self._day(period.freeze_on)}
        return _("final since %(day)s") % {"day": self._day(period.freeze_on)}

    def _day(self, on: date) -> str:
        return explain.short_day(on) if on.year == self.today.year else explain.day(on)

    def _address(self, plan: Plan, period: ReportingPeriod | None = None) -> str:
        """The same page of that plan and month where it has such, else the status table."""
        is_target = self.name == "target-detail" and plan == self.plan
        stays = is_target or self._shows(plan)
        kept = self.request.GET.copy() if stays else QueryDict(mutable=True)
        for name in ("plan", *TIMES, "page", *(() if plan == self.plan else OF_ONE_PLAN)):
            kept.pop(name, None)
        asked = QueryDict(mutable=True)
        if not is_target:
            asked["plan"] = plan.code
        for name, values in kept.lists():
            asked.setlist(name, values)
        if period is not None:
            asked["period"] = str(period.number)
        path = self.request.path if stays else REGISTER.address
        return f"{path}?{asked.urlencode()}" if asked else path

    def _shows(self, plan: Plan) -> bool:
        if not any(door.name == self.name for door in SHOW_A_MONTH):
            return False
        offered = getattr(self.scope, "fields", {}).get("plan")
        return offered is None or plan.code in dict(offered.choices)

    # --- navigation ---------------------------------------------------------------------------

    @property
    def name(self) -> str:
        match = self.request.resolver_match
        return match.view_name if match else ""

    @cached_property
    def queues(self) -> Queues:
        plan = self.plan
        is_run = (
            plan is not None
            and plan.is_filed_on(self.today)
            and self.place.governs(plan.jurisdiction_id, Role.COORDINATOR)
        )
        known = self.todo.counted if isinstance(self.todo, Todo) else {}
        return queues(self.place, self.today, self.seen, watched=plan if is_run else None, **known)

    @property
    def navigation(self) -> Iterator[tuple[Door, int, str]]:
        """Each page with the number of things that wait there, and whether it is the current one."""
        behind = BEHIND.get(self.name)
        found = doors(self.user)
        is_known = behind is not None or any(door.name == self.name for door in found)
        if not is_known and self.name.startswith("admin:"):
            behind = MANAGEMENT
        for door in found:
            current = "page" if door.name == self.name else "true" if door == behind else ""
            yield door, getattr(self.queues, door.queue) if door.queue else 0, current

    @property
    def lacks(self) -> str | Promise:
        return LACKS.get(self.place.lacks, "")

    @property
    def who(self) -> str:
        return self.place.person.name or self.user.get_full_name() or self.user.get_username()

    @property
    def has_password(self) -> bool:
        """Whether there is one to change: whom the platform signed in types none here."""
        return self.user.has_usable_password() and not is_by_platform(self.request)

    @property
    def roles(self) -> list[str]:
        return [role for role in Role if role in self.place.roles]
