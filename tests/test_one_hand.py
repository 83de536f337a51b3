"""Once a plan is issued, nobody alone makes anything speak for the past.

One coordinator, or a superuser, tries every page and every model in turn: each field with other values.
After each attempt the tables of past months must read as before, also once everything is judged anew.
The attempts are made from the forms' and the models' own fields, so a field added later is tried too.
"""

from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

import pytest
from django import forms
from django.core.exceptions import FieldDoesNotExist, PermissionDenied, ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.urls import reverse
from django.utils import timezone

from targets.management.commands.status import record
from targets.models import (
    Domain,
    LightRule,
    Milestone,
    Plan,
    ReferenceFigure,
    ReportingPeriod,
    Source,
    SupportingUnit,
    Target,
    TargetRevision,
    TrajectoryPoint,
)
from targets.models.ledger import bulk
from targets.models.revision.queries import as_text
from targets.register.register import Register
from targets.register.row import RegisterRow
from targets.rules.quantities import plain
from tests.admin.target.test_target_admin import posted
from tests.factories import (
    at,
    coordinator,
    deputy,
    file_entry,
    make_node,
    make_plan,
    make_target,
    make_unit,
    staff,
)

pytestmark = pytest.mark.django_db

MONTHS = [date(2025, 1, 31), date(2025, 3, 31), date(2025, 6, 30)]
LATER = date(2030, 1, 1)
REFUSALS = (ValidationError, PermissionDenied, TypeError, ValueError, IntegrityError, FieldDoesNotExist)
TODAYS = {"title", "domain", "supporting_units"}  # names, and who helps, are today's
CELLS = [name for name, each in vars(RegisterRow).items() if isinstance(each, property | cached_property)]
WORDS = ("narrative", "issues", "next_steps", "support_needed")


# --- what must stay as it is ---------------------------------------------------------------------


def cells(row):
    """All that a table of that day shows of a target."""
    found = {name: str(getattr(row, name)) for name in CELLS if name not in TODAYS | {"promised"}}
    found |= {name: text for name, text in record(row).items() if name not in TODAYS}
    found |= {f"said: {name}": row.words(name) for name in WORDS}
    found |= {f"held: {name}": str(row.promised.column(name)) for name in type(row.promised).COMMITMENT}
    found |= {f"promised: {name}": in_digits(row.target.column(name)) for name in Target.PROMISE}
    return found


def in_digits(value):
    """A number without the zeros that a column of the database adds."""
    return plain(value) if isinstance(value, Decimal) else str(value)


def past(plan):
    """Month → target → cell, and the rate printed under the table."""
    found = {}
    for month in MONTHS:
        register = Register.at(Plan.objects.get(pk=plan.pk), as_of=month, today=LATER)
        for row in register.rows():
            found |= {(month, row.target.pk, name): cell for name, cell in cells(row).items()}
        found[month, "rate"] = register.listing().summary.on_schedule_rate
    nodes = Milestone._base_manager.filter(target__plan=plan)
    found |= {("node", pk): row for pk, *row in nodes.values_list("pk", *Milestone.PROMISE, "target")}
    return found


def judged_anew(plan):
    """Another act of any kind judges again: what lies hidden in the facts comes to light."""
    for target in plan.targets.exclude(current=None):
        target.rejudge(since=plan.starts_on, cause="rule")


@contextmanager
def writing():
    """The statements that wrote into the product's own tables."""
    written = []

    def noted(execute, sql, *rest):
        if sql.startswith(("INSERT", "UPDATE", "DELETE")) and '"targets_' in sql[:60]:
            written.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(noted):
        yield written


@dataclass
class World:
    plan: Plan
    before: dict
    targets: list

    def difference(self, acts):
        """Which past cells attempts changed; all they did is taken back."""
        with transaction.atomic():
            with writing() as written:
                for act in acts:
                    with suppress(*REFUSALS), transaction.atomic():
                        act()
            after = self.before
            if written:  # else all were refused before anything was written
                judged_anew(self.plan)
                after = past(self.plan)
            transaction.set_rollback(True)
        keys = self.before.keys() | after.keys()
        return {key: (self.before.get(key), after.get(key))
                for key in keys if self.before.get(key) != after.get(key)}  # fmt: skip

    def tried(self, attempts, *, together=1):
        """Attempt → what it changed, of those that changed anything.

        Some are made one after the other before the tables are read; only if those differ, each by itself.
        """
        left, changed = list(attempts), {}
        assert left
        while left:
            batch, left = left[:together], left[together:]
            if together > 1 and not self.difference([act for _name, act in batch]):
                continue
            for name, act in batch:
                if difference := self.difference([act]):
                    changed[name] = dict(list(difference.items())[:3])
        return changed


def make_world():
    """A plan in force with a target of each kind, its gaps open; beside it a draft and another's plan."""
    plan = make_plan(counts_stretch=False, document_no="外街〔2025〕1号", issued_on=date(2025, 1, 1))
    helper = make_unit("建设办")
    source, domain = Source(plan=plan, title="工作报告"), Domain(plan=plan, name="经济")
    other = make_plan("Q25", title="另一计划")
    for row in (
        source, domain, Source(plan=plan, title="通知"), Domain(plan=plan, name="民生"),
        LightRule(name="另一规则", amber_band=5),
    ):  # fmt: skip
        row.save()
    flow = make_target(plan, title="产值", domain=domain, source=source)
    curved = make_target(make_plan("D25", state="drafting"), title="投资", measure="flow")
    for month, value in ((3, 100), (6, 300), (12, 520)):
        end = date(2025, month + 1, 1) - timedelta(1) if month < 12 else date(2025, 12, 31)
        TrajectoryPoint(target=curved, period_end=end, planned_value=value).save(at=at(date(2025, 1, 1)))
    curved.plan.issue(at=at(date(2025, 1, 1)))
    make_target(plan, title="企业", measure="stock", baseline_value=None, due_on=date(2025, 12, 31))
    make_target(
        plan, title="增速", measure="growth", comparator="between", target_value=5, upper_value=6,
        unit_of_measure="%", firmness="stretch", direction="higher",
    )  # fmt: skip
    make_target(plan, title="设想", state="undefined", measure="flow", target_value=None, comparator="")
    built = make_target(plan, title="项目", measure="milestone", due_on=date(2025, 12, 31))
    early = make_node(built, date(2025, 3, 15))
    make_node(built, None)
    SupportingUnit(target=flow, unit=helper).save()
    ReferenceFigure(target=flow, value=480, scope_note="上年").save()
    make_target(other, title="他处")
    make_target(make_plan("E25", state="drafting"), title="草拟")
    for number, value in ((1, 40), (3, 120), (5, 200)):
        day = plan.periods.get(number=number).period_end + timedelta(3)
        file_entry(flow, number, value, day)
        file_entry(curved, number, value - 30, day)
    file_entry(built, 4, None, date(2025, 5, 3), nodes={early: date(2025, 4, 20)})
    return plan, curved.plan


@pytest.fixture
def world():
    plan, curved = make_world()
    return World(plan, past(plan), list(plan.targets.order_by("number"))), curved


# --- other values --------------------------------------------------------------------------------


def others(field, value):
    """Values other than the one that stands, for a column of a model."""
    if isinstance(field, models.ForeignKey | models.OneToOneField):
        found = list(field.related_model._base_manager.exclude(pk=getattr(value, "pk", value))[:2])
    elif field.choices:
        found = [key for key, _label in field.flatchoices if key != value]
    elif isinstance(field, models.BooleanField):
        found = [not value]
    elif isinstance(field, models.DateTimeField):
        found = [timezone.now() - timedelta(900)]
    elif isinstance(field, models.DateField):
        found = [date(2025, 2, 20), date(2025, 11, 30)]
    elif isinstance(field, models.DecimalField):
        found = [(value or 0) + Decimal(7), Decimal(1)]
    elif isinstance(field, models.IntegerField):
        found = [(value or 0) + 1]
    elif isinstance(field, models.JSONField):
        found = [{**(value or {}), "target_value": [None, "7"]}, {}]
    elif isinstance(field, models.TextField | models.CharField):
        found = ["X99"]
    else:
        raise AssertionError(f"no other value for {field}")
    return [*found, *([None] if field.null and value is not None else [])]


def saved(row, field, value):
    def act():
        found = type(row)._base_manager.get(pk=row.pk)
        setattr(found, field.name, value)
        found.save()

    return act


def every_column_of(rows):
    for row in rows:
        for field in row._meta.concrete_fields:
            if not field.primary_key:
                for value in others(field, getattr(row, field.name)):
                    yield f"{type(row).__name__} {row}: {field.name} = {value}", saved(row, field, value)


def typed(field, value):
    """A text other than what stands, for a field of a form."""
    stands = "" if value is None else str(getattr(value, "pk", value))
    if hasattr(field, "queryset"):
        found = [str(row.pk) for row in field.queryset.model._base_manager.order_by("-pk")[:2]]
    elif hasattr(field, "choices"):
        found = [str(key) for key, _label in field.choices if key]
    elif isinstance(field, forms.BooleanField):
        found = ["" if value else "on"]
    elif isinstance(field, forms.DateField):
        found = ["2025-02-20"]
    else:
        found = ["7", "1"]  # a number, and a word too
    return next((text for text in found if text != stands), "")


# --- the pages -----------------------------------------------------------------------------------


@pytest.fixture(params=["coordinator", pytest.param("superuser", marks=pytest.mark.slow)])
def desk(request, client):
    user = staff(coordinator())
    user.is_superuser = request.param == "superuser"
    user.save()
    client.force_login(user)
    return client


def page_of(row):
    return reverse(f"admin:targets_{row._meta.model_name}_change", args=(row.pk,))


def form_fields(desk, row):
    """The fields of its page with what stands in them; of the inlines those of one row each."""
    page = desk.get(page_of(row))
    form = page.context["adminform"].form
    found = {name: (field, form[name].value()) for name, field in form.fields.items()}
    for formset in (inline.formset for inline in page.context["inline_admin_formsets"]):
        for each in [*formset.initial_forms[:2], formset.empty_form]:
            prefix = each.prefix.replace("__prefix__", str(formset.initial_form_count()))
            found |= {f"{prefix}-{name}": (field, None) for name, field in each.fields.items()}
    return {name: each for name, each in found.items() if "seen" not in name and not name.endswith("-id")}


def posts(desk, row, fields, **besides):
    address, stands = page_of(row), {**posted(desk, page_of(row)), **besides}

    def post(data):
        return lambda: desk.post(address, {**stands, **data})

    for name, (field, value) in fields.items():
        more, text = {}, typed(field, value)
        if "-" in name:  # a row of its own, or one that stands
            prefix, index, _name = name.split("-")
            count = stands.get(f"{prefix}-INITIAL_FORMS", 0)
            more = {
                f"{prefix}-TOTAL_FORMS": max(int(count), int(index) + 1),
                f"{prefix}-INITIAL_FORMS": count,
            }
        yield f"{row}: {name} = {text}", post({**more, name: text})
    yield f"{row}: deleted", lambda: desk.post(address.replace("/change/", "/delete/"), {"post": "yes"})


@pytest.mark.slow
@pytest.mark.parametrize("title", ["产值", "项目"])
def test_no_field_of_an_issued_target_s_page(desk, world, title):
    world, _curved = world
    attempts = []
    for target in world.targets:
        if target.title != title:
            continue
        # What a draft's page offers is forged on the page of the issued one.
        draft = Target.objects.filter(plan__state="drafting").get(title="草拟")
        fields = {**form_fields(desk, draft), **form_fields(desk, target)}
        assert form_fields(desk, target).keys() & {*Target.PROMISE} == {"definition"}  # it is empty
        attempts += posts(desk, target, fields)
    assert world.tried(attempts, together=20) == {}


def test_no_new_row_on_an_issued_target_s_page(desk, world):
    world, _curved = world
    built = next(target for target in world.targets if target.title == "项目")
    stands, address = posted(desk, page_of(built)), page_of(built)
    nodes = list(built.milestones.all())
    rows = {
        "a new node": {"milestones-TOTAL_FORMS": 3, "milestones-INITIAL_FORMS": 2, "milestones-2-title": "新",
                       "milestones-2-due_on": "2025-01-20", "milestones-2-order": 1},
        "a node moved": {"milestones-TOTAL_FORMS": 2, "milestones-INITIAL_FORMS": 2,
                         "milestones-0-id": nodes[0].pk, "milestones-0-title": "移",
                         "milestones-0-due_on": "2025-01-20", "milestones-0-order": 1},
        "a node deleted": {"milestones-TOTAL_FORMS": 2, "milestones-INITIAL_FORMS": 2,
                           "milestones-0-id": nodes[0].pk, "milestones-0-DELETE": "on"},
        "months": {f"month_{number}": "7" for number in range(1, 13)},
    }  # fmt: skip
    attempts = [
        (name, lambda data=data: desk.post(address, {**stands, **data})) for name, data in rows.items()
    ]
    assert world.tried(attempts) == {}


def test_no_monthly_plan_typed_on_the_page(desk, world):
    world, curved = world
    drafted = Target.objects.get(title="草拟")
    names = [name for name in form_fields(desk, drafted) if name not in Target._meta._forward_fields_map]
    months = [name for name in names if name.startswith("2025") or name[-1].isdigit()]
    assert len(months) == 12, names
    attempts = []
    for target in (world.targets[0], curved.targets.get()):
        data = dict.fromkeys(months, "520")
        address, stands = page_of(target), posted(desk, page_of(target))
        attempts.append((str(target), lambda a=address, d={**stands, **data}: desk.post(a, d)))
    assert world.tried(attempts) == {}
    assert World(curved, past(curved), []).tried(attempts) == {}


@pytest.mark.slow
def test_no_field_of_an_issued_plan_s_page(desk, world):
    world, _curved = world
    draft = Plan.objects.get(code="E25")
    fields = {**form_fields(desk, draft), **form_fields(desk, world.plan)}
    days = {name for name in fields if name.startswith("periods-")}  # deadlines are no promise
    assert days
    attempts = posts(desk, world.plan, {name: fields[name] for name in fields.keys() - days})
    assert world.tried(attempts) == {}
    moved = World(world.plan, world.before, [])
    found = moved.tried(posts(desk, world.plan, {name: fields[name] for name in days if "-0-" in name}))
    assert {key[2] for each in found.values() for key in each if len(key) == 3} <= {"reporting"}


def test_no_act_of_an_issued_plan(desk, world):
    world, _curved = world
    acts = ("issue", "close", "archive", "undo_close", "next", "reschedule", "paste", "consult")
    given = {
        "document_no": "2号", "issued_on": "2025-06-01", "renumbers": "on", "confirmed": "on", "code": "Z26",
        "title": "Z", "targets": world.targets[0].pk, "rows": "序号\t目标\n1\t改", "_create": "1",
    }  # fmt: skip
    attempts = [
        (act, lambda act=act: desk.post(reverse(f"admin:targets_plan_{act}", args=(world.plan.pk,)), given))
        for act in acts
    ]
    assert world.tried(attempts) == {}


def test_no_setting_in_bulk_and_no_deletion_from_the_list(desk, world):
    world, _curved = world
    address = reverse("admin:targets_target_changelist")
    keys = [target.pk for target in world.targets]
    seen = {f"seen-{target.pk}": target.version for target in world.targets}
    unit, domain = make_unit("建设办"), Domain.objects.last()
    rows = {"lead_unit": unit.pk, "domain": domain.pk, "frequency": "quarter", "accountable_leader": "张三"}
    attempts = [
        (name, lambda name=name, value=value: desk.post(
            address, {"action": "set_in_bulk", "_selected_action": keys, "_apply": "1", name: value, **seen}))
        for name, value in rows.items()
    ]  # fmt: skip
    attempts.append(
        ("delete", lambda: desk.post(
            address, {"action": "delete_selected", "_selected_action": keys, "post": "yes"}))
    )  # fmt: skip
    assert world.tried(attempts) == {}


@pytest.mark.parametrize("model", [Domain, Source, LightRule])
def test_no_field_of_what_targets_name(desk, world, model):
    world, _curved = world
    attempts = []
    for row in (Domain.objects.get(name="经济"), Source.objects.get(title="工作报告"), world.plan.light_rule):
        if type(row) is model and desk.get(page_of(row)).context.get("adminform"):
            attempts += posts(desk, row, form_fields(desk, row))
    assert world.tried(attempts) == {}


def test_a_target_typed_into_a_plan_in_force(desk, world):
    world, _curved = world
    address = reverse("admin:targets_target_add")
    new = {"plan": world.plan.pk, "title": "新", "measure": "flow", "comparator": "gte", "target_value": "9",
           "unit_of_measure": "家", "lead_unit": make_unit().pk, "starts_on": "2025-01-01"}  # fmt: skip
    stands = posted(desk, address)

    def add():
        assert desk.post(address, {**stands, **new}).status_code == 302
        assert world.plan.targets.get(title="新").current is None

    assert world.tried([("added", add)]) == {}


def asked(desk, target, kind, **fields):
    """The request, asked for and then signed by who asked."""
    words = {"effective_on": "2025-01-01", "document_no": "9号", "reason": "调整", **fields}
    page = desk.get(reverse("admin:targets_targetrevision_add"), {"target": target.pk, "kind": kind})
    if "form" not in page.context:
        return
    initial = {
        name: value for name, value in
        ((bound.name, bound.value()) for bound in page.context["form"]) if value not in (None, False)
    }  # fmt: skip
    data = {"target": target.pk, "kind": kind, **initial, **words}
    desk.post(reverse("admin:targets_targetrevision_add"), data)
    for revision in TargetRevision.objects.waiting():
        for act in ("_approve", "_refuse"):
            desk.post(page_of(revision), {act: "1", "review_comment": "好"})


@pytest.mark.slow
def test_no_request_holds_before_another_signed(desk, world):
    world, _curved = world
    given = {
        "value": {"target_value": "9"}, "deadline": {"due_on": "2025-06-30"},
        "baseline": {"baseline_value": "3"},
        "definition": {"definition": "另"}, "owner": {"lead_unit": make_unit("建设办").pk},
        "reporting": {"frequency": "quarter"}, "suspend": {}, "cancel": {}, "node": {"title": "新"},
        "override": {"light": "1", "until": "2025-12-31"}, "curve": {"drops_curve": "on"},
    }  # fmt: skip
    attempts = [
        (
            f"{target} {kind}",
            lambda target=target, kind=kind, fields=fields: asked(desk, target, kind, **fields),
        )
        for target in world.targets
        for kind, fields in given.items()
    ]
    assert world.tried(attempts) == {}


# --- the models ----------------------------------------------------------------------------------


@pytest.mark.slow
def test_no_column_by_plain_save(world):
    world, curved = world
    nodes = Milestone.objects.filter(target__plan=world.plan)
    assert world.tried(every_column_of([*world.targets, *nodes]), together=20) == {}
    rows = [world.plan, Domain.objects.get(name="经济"), Source.objects.get(title="工作报告")]
    assert world.tried(every_column_of(rows)) == {}
    assert world.tried(every_column_of([world.plan.light_rule]), together=20) == {}
    helps = [*SupportingUnit.objects.all(), *ReferenceFigure.objects.all()]
    assert world.tried(every_column_of(helps), together=20) == {}
    drawn = World(curved, past(curved), [])
    assert (
        drawn.tried(every_column_of([*curved.targets.all(), *TrajectoryPoint.objects.all()]), together=20)
        == {}
    )


def test_no_column_of_a_revision_by_plain_save(world):
    world, _curved = world
    assert world.tried(every_column_of(TargetRevision.objects.filter(target__plan=world.plan))) == {}


def test_no_column_of_a_period_but_its_deadlines(world):
    world, _curved = world
    days = {*ReportingPeriod.STEPS, "reopened_until", "reopened_why", "reopened_by"}
    periods = world.plan.periods.filter(number__in=(1, 6))
    attempts = [
        (name, act)
        for name, act in every_column_of(periods)
        if name.split(": ")[1].split(" =")[0] not in days
    ]
    assert world.tried(attempts) == {}


def revision(target, **fields):
    """One that a person writes as if it had been signed, alone."""
    me, moment = coordinator(), timezone.now()
    return TargetRevision(
        **{"target": target, "asked_by": me, "approved_by": me, "asked_at": moment, "approved_at": moment,
           "effective_on": date(2025, 1, 1), "kind": "value", "changes": {}, "reason": "自批",
           "document_no": "1号", **fields}
    )  # fmt: skip


def written_alone(target):
    """Revisions of every kind, of each field, signed by who wrote them or by nobody."""
    for name in Target.PROMISE:
        other = as_text(others(Target._meta.get_field(name), getattr(target, name))[0])
        for kind in ("definition", "value", "open"):
            for by in (coordinator(), None):
                changes = {name: [None, other]}
                yield (
                    f"{target} {kind} {name} by {by}",
                    revision(target, kind=kind, changes=changes, asked_by=by, approved_by=by).save,
                )
    for kind in TargetRevision.Kind.values:
        yield f"{target} {kind}", revision(target, kind=kind, changes={"state": [None, "watch"]}).save
        yield f"{target} {kind} drops", revision(target, kind=kind, drops_curve=True).save
    for opening in target.revisions.all():
        yield f"{target} annuls", revision(target, kind="annul", annuls=opening).save
    words = {"override_light": [None, "3"]}
    yield f"{target} override", revision(target, kind="override", changes=words, until=date(2026, 1, 1)).save


def test_no_revision_written_and_signed_alone(world):
    world, curved = world
    for target in world.targets:
        assert world.tried(written_alone(target)) == {}
    drawn = World(curved, past(curved), [])
    assert drawn.tried(written_alone(curved.targets.get())) == {}


def test_no_node_and_no_point_written_directly(world):
    world, curved = world
    built, drawn = next(t for t in world.targets if t.title == "项目"), curved.targets.get()
    opening = built.revisions.opening()

    def node():
        Milestone(target=built, title="新", due_on=date(2025, 1, 20)).save()

    def promised_node():
        new = Milestone(target=built, title="新", due_on=date(2025, 1, 20))
        new.is_signed = True
        new.save()
        new.promise(date(2025, 1, 1))

    def promised_again():
        found = built.milestones.first()
        found.due_on = date(2025, 1, 20)
        found.promise(date(2025, 1, 1))

    nodes = [("node", node), ("signed node", promised_node), ("node again", promised_again)]
    assert world.tried(nodes) == {}

    def point(**fields):
        TrajectoryPoint(**{"target": drawn, "planned_value": 1, **fields}).save()

    points = [
        ("point", lambda: point(period_end=date(2025, 1, 31))),
        (
            "point of the opening",
            lambda: point(period_end=date(2025, 1, 31), revision=drawn.revisions.opening()),
        ),
        ("point deleted", lambda: drawn.trajectory.first().delete()),
        ("points deleted", lambda: drawn.trajectory.all().delete()),
        ("points updated", lambda: TrajectoryPoint.objects.filter(target=drawn).update(planned_value=9)),
        ("plan", lambda: drawn.trajectory.plan(drawn, {date(2025, 12, 31): Decimal(520)}, by=coordinator())),
        ("opening deleted", lambda: drawn.revisions.opening().delete()),
        ("openings deleted", lambda: drawn.revisions.all().delete()),
    ]
    drawing = World(curved, past(curved), [])
    assert drawing.tried(points) == {}
    acts = [
        ("deleted", lambda: opening.delete()), ("all deleted", lambda: built.revisions.all().delete()),
        ("nodes deleted", lambda: built.milestones.all().delete()),
        ("node deleted", lambda: built.milestones.first().delete()),
        ("target deleted", lambda: built.delete()),
        ("updated", lambda: built.revisions.update(effective_on=date(2025, 5, 1))),
        ("changes", lambda: TargetRevision.objects.filter(target=built).update(changes={})),
    ]  # fmt: skip
    assert world.tried(acts) == {}


def test_no_target_put_into_a_plan_in_force(world):
    world, _curved = world
    plan = world.plan
    words = {"plan": plan, "title": "新", "measure": "flow", "comparator": "gte", "target_value": 9,
             "unit_of_measure": "家", "lead_unit": make_unit()}  # fmt: skip

    def opened(day):
        Target.objects.create(**words).open(day)

    def state_again():
        Target.objects.create(**words)
        found = Plan.objects.get(pk=plan.pk)
        found.comes_into_force = False
        found.save()

    attempts = [
        ("created", lambda: Target.objects.create(**words)),
        ("opened", lambda: opened(plan.starts_on)),
        ("state again", state_again),
        (
            "issued again",
            lambda: (Target.objects.create(**words), plan.issue(by=coordinator(), document_no="2号")),
        ),
        ("issued in bulk", lambda: (Target.objects.create(**words), bulk.issue(plan, at=timezone.now()))),
        (
            "open targets",
            lambda: (Target.objects.create(**words), Plan.objects.get(pk=plan.pk).open_targets()),
        ),
        ("written in bulk", lambda: bulk.write_targets([Target(**words)])),
        ("bulk", lambda: Target.objects.bulk_create([Target(**words, code="P25-99", number=99, decimals=0)])),
    ]
    assert world.tried(attempts) == {}


def test_no_definition_but_what_is_empty_and_from_today_on(world):
    world, _curved = world
    taken = set()
    for target in world.targets:
        for name in Target.PROMISE:
            value = others(Target._meta.get_field(name), getattr(target, name))[0]
            with suppress(ValidationError), transaction.atomic():
                target.define(by=coordinator(), **{name: value})
                taken.add(name)
    assert taken == {"definition"}
    assert past(world.plan) == world.before
    judged_anew(world.plan)
    assert past(world.plan) == world.before
    assert set(world.plan.targets.values_list("definition", flat=True)) == {"X99"}


def test_a_request_is_not_made_another_s_to_sign_it_oneself(world):
    world, _curved = world

    def renamed():
        asked = world.targets[0].ask(
            "value", by=coordinator(), effective_on=date(2025, 1, 1), changes={"target_value": 9},
            document_no="1号", reason="调",
        )  # fmt: skip
        asked.asked_by = None
        asked.save()
        asked.approve(by=coordinator())

    assert world.tried([("asked by nobody", renamed)]) == {}


def test_with_a_second_hand_the_past_speaks_otherwise(world):
    """The measure itself sees a change."""
    world, _curved = world

    def signed():
        asked = world.targets[0].ask(
            "value", by=coordinator(), effective_on=date(2025, 1, 1), changes={"target_value": 900},
            document_no="1号", reason="调",
        )  # fmt: skip
        asked.approve(by=deputy())

    assert world.tried([("signed", signed)])
