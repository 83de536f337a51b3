"""Plain functions that make valid rows. Every act happens at the moment a test gives it."""

from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.contrib.auth.models import Group, User

from targets.models import (
    ListEntry,
    Member,
    Milestone,
    MilestoneCompletion,
    OrgUnit,
    Plan,
    ProgressEntry,
    Target,
    TargetList,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YEAR = date(2025, 1, 1)


def at(day, hour=9, minute=0):
    """A moment of that day in Shanghai; a moment stays what it is."""
    if isinstance(day, datetime):
        return day
    return datetime.combine(day, time(hour, minute), SHANGHAI)


TOWN = "外海街道"


def make_unit(name="经发办", **fields):
    """The unit of that name, made once; below 外海街道 unless `parent` says otherwise."""
    if found := OrgUnit.objects.filter(name=name).first():
        return found
    if name != TOWN:
        fields.setdefault("parent", make_unit(TOWN))
    return _saved(OrgUnit(name=name, **fields))


def make_user(name, unit=None, *roles, **fields):
    """An account with these groups; the member of `unit`, or nobody's member."""
    user = User.objects.create_user(name, **fields)
    user.groups.set([Group.objects.get_or_create(name=role)[0] for role in roles])
    if unit is not None:
        _saved(Member(name=name, unit=unit, user=user))
    return user


def staff(user):
    """The same person, with the administration open to them."""
    user.is_staff = True
    user.save()
    return user


def make_plan(code="P25", *, at=NEW_YEAR, **fields):
    """A plan in force for the calendar year 2025 of 外海街道, with its twelve periods."""
    fields = {"title": "重点目标任务", "year": 2025, "state": "in_force", **fields}
    fields.setdefault("jurisdiction", make_unit(TOWN))
    return _saved(Plan(code=code, **fields), at)


def make_target(plan=None, *, at=NEW_YEAR, nodes=(), **fields):
    """A flow of at least 520亿元, a stock of at least 150家 from 131, or a milestone goal.

    Without a plan it stands in P25, which is made when missing; `nodes` are due dates or None.
    """
    plan = plan or Plan.objects.filter(code="P25").first() or make_plan(at=at)
    given = {
        "flow": {"comparator": "gte", "target_value": 520, "unit_of_measure": "亿元"},
        "stock": {"comparator": "gte", "target_value": 150, "unit_of_measure": "家", "baseline_value": 131},
    }
    fields = {"title": "目标", "measure": "flow", **fields}
    fields = {**given.get(fields["measure"], {}), **fields}
    fields["lead_unit"] = fields.get("lead_unit") or make_unit()
    target = _saved(Target(plan=plan, **fields), at)
    for due_on in nodes:
        make_node(target, due_on, at=at)
    if plan.state != Plan.State.DRAFTING:
        add_to_plan(target, at)
    return target


def add_to_plan(target, day):
    """Until the year begins as if it had been issued with the plan; later asked for and signed."""
    if _day(day) > target.plan.starts_on:
        words = {"kind": "open", "document_no": "外街〔2025〕9号", "reason": "追加"}
        sign(target.ask(by=coordinator(), effective_on=_day(day), at=at(day), **words), day)
        target.refresh_from_db()
    else:
        target.moment, target.plan.comes_into_force = at(day), True
        target.open(_day(day))
        target.plan.comes_into_force = False


def sign(revision, day):
    """By another coordinator than who asked."""
    other = next(user for user in (coordinator(), deputy()) if user != revision.asked_by)
    revision.approve(by=other, at=at(day))
    return revision


def _day(day):
    return at(day).astimezone(SHANGHAI).date()


def make_target_of_plan(state):
    """A target whose plan has come so far."""
    target = make_target(make_plan(state="drafting" if state == "drafting" else "in_force"))
    for step in {"closed": ("close",), "archived": ("close", "archive")}.get(state, ()):
        getattr(target.plan, step)(at=at(NEW_YEAR))
    return target


def make_node(target, due_on=None, *, at=NEW_YEAR, **fields):
    """Of a target in force it is asked for and signed; it holds from the first day on."""
    fields.setdefault("title", f"节点{target.milestones.count() + 1}")
    if target.revisions.opening() is None:
        return _saved(Milestone(target=target, due_on=due_on, **fields), at)
    changes = {"due_on": due_on, "order": 0, **fields}
    return sign(ask_node(target, at, changes), at).milestone


def ask_node(target, day, changes):
    return target.ask(
        "node",
        by=coordinator(),
        effective_on=target.opened_on,
        changes=changes,
        at=at(day),
        reason="增设节点",
    )


def author(unit=None):
    """Who logs for the unit: one account a unit."""
    unit = unit or make_unit()
    name = f"填报员{unit.pk}"
    return User.objects.filter(username=name).first() or make_user(name, unit, "填报员")


def reviewer():
    return User.objects.filter(username="审核员").first() or make_user(
        "审核员", make_unit("综合办"), "审核员"
    )


def coordinator():
    return User.objects.filter(username="统筹员").first() or make_user(
        "统筹员", make_unit("综合办"), "统筹员"
    )


def deputy():
    """A second coordinator: nobody approves an own request."""
    return User.objects.filter(username="统筹员二").first() or make_user(
        "统筹员二", make_unit("综合办"), "统筹员"
    )


def statistician():
    return User.objects.filter(username="统计员").first() or make_user(
        "统计员", make_unit("统计站"), "统计员"
    )


def writer(target, part="report"):
    """Who writes this part of a report on the target."""
    return statistician() if part == "statistic" else author(target.lead_unit)


def draft_entry(target, period_number, value, day, *, nodes=None, **fields):
    """A draft by whose part it is; `nodes` maps each node done to its day."""
    by = writer(target, fields.get("part", "report"))
    fields = {"narrative": "按计划推进", "entered_by": by, **fields}
    period = target.plan.periods.get(number=period_number)
    entry = _saved(ProgressEntry(target=target, period=period, value=_number(value), **fields), day)
    for milestone, completed_on in (nodes or {}).items():
        _saved(MilestoneCompletion(entry=entry, milestone=milestone, completed_on=completed_on), day)
    return entry


def submit_entry(target, period_number, value, day, **fields):
    entry = draft_entry(target, period_number, value, day, **fields)
    entry.submit(by=writer(target, entry.part), at=at(day))
    return entry


def file_entry(target, period_number, value, day, *, approved_on=None, **fields):
    """Logged and submitted on `day`, approved then or on `approved_on`."""
    entry = submit_entry(target, period_number, value, day, **fields)
    entry.approve(by=reviewer(), at=at(approved_on or day))
    return entry


def correct_entry(entry, day, *, reason="更正", **changes):
    """The period's next version, approved; `is_void=True` voids it."""
    return _approved(
        entry.correct(by=writer(entry.target, entry.part), reason=reason, at=at(day), **changes), day
    )


def _approved(entry, day):
    entry.submit(by=writer(entry.target, entry.part), at=at(day))
    entry.approve(by=reviewer(), at=at(day))
    return entry


def _number(value):
    return Decimal(value) if isinstance(value, str) else value


def _saved(row, day=NEW_YEAR):
    row.save(at=at(day))
    return row


def make_list(plan, name="民生实事", *placed, **fields):
    """A list of the plan with targets on it: `placed` are (target, number) or (target, number, score)."""
    made = _saved(TargetList(plan=plan, name=name, **fields))
    for target, number, *score in placed:
        _saved(ListEntry(list=made, target=target, number=number, score=score[0] if score else None))
    return made
