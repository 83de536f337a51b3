from decimal import Decimal

from django.db import migrations, models
from django.db.models import Case, F, Q, Value, When

import targets.models.base

AT_ONCE = 500
ONE_SIDED = {"gte": "higher", "gt": "higher", "lte": "lower", "lt": "lower"}
TWO_CLASSES = "两档制（达/未达序时）"
TWO_CLASSES_BEFORE = {
    "amber_band": 0, "level_band": 0, "rate_band": 0, "rank_band": 0, "grace_units": 0, "node_days": 0,
}  # fmt: skip
TWO_CLASSES_NOW = {
    "has_amber": False, "amber_band": 10, "level_band": 5, "rate_band": 1, "rank_band": 2, "grace_units": 1,
    "node_days": 30,
}  # fmt: skip
NEW_RULES = {"相对30%": {"amber_share": 30}, "相对50%": {"amber_share": 50}}


def rules(apps, schema_editor):
    """Two classes is the default without amber; a version that judged stays as it was."""
    found = apps.get_model("targets", "LightRule").objects
    first = found.filter(name=TWO_CLASSES, version=1, **TWO_CLASSES_BEFORE).first()
    if first is not None:
        issued = apps.get_model("targets", "Plan").objects.filter(light_rule=first).exclude(state="drafting")
        if issued.exists():
            found.get_or_create(name=TWO_CLASSES, version=2, defaults=TWO_CLASSES_NOW)
        else:
            found.filter(pk=first.pk).update(**TWO_CLASSES_NOW)
    for name, bands in NEW_RULES.items():
        found.get_or_create(name=name, version=1, defaults=bands)


def directions(apps, schema_editor):
    """Both bounds of a standing range go on to bind; the invented towns' words say that more is better.

    The direction is written into the openings, and wherever a revision changed the comparator.
    """
    target = apps.get_model("targets", "Target")
    is_one_sided = [When(comparator=name, then=Value(way)) for name, way in ONE_SIDED.items()]
    two_sided = Q(comparator__in=("approx", "between", "eq"))
    for rows, plan, measure in (
        (target.objects, "plan", "measure"),
        (apps.get_model("targets", "Assessment").objects, "target__plan", "target__measure"),
    ):
        for is_invented, way in ((True, "higher"), (False, "within")):
            of_plans = target.objects.filter(plan__is_invented=is_invented)
            here = Q(pk__in=of_plans) if plan == "plan" else Q(target__in=of_plans)
            places = target.objects.filter(measure="rank")
            is_place = Q(pk__in=places) if measure == "measure" else Q(target__in=places)
            rows.filter(here & ~Q(comparator="")).update(
                direction=Case(
                    When(is_place, then=Value("lower")),
                    *is_one_sided,
                    When(two_sided, then=Value(way)),
                    default=Value(""),
                )
            )
    _into_the_revisions(apps)


def _into_the_revisions(apps):
    revision = apps.get_model("targets", "TargetRevision")
    changed = revision.objects.filter(milestone=None, kind__in=("open", "value", "definition"))
    batch = []
    for row in changed.select_related("target__plan").order_by("pk").iterator(AT_ONCE):
        if "comparator" not in row.changes:
            continue
        old, new = (_direction(row.target, text) for text in row.changes["comparator"])
        row.changes["direction"] = [old if row.kind != "open" else None, new]
        batch.append(row)
        if len(batch) == AT_ONCE:
            revision.objects.bulk_update(batch, ["changes"])
            batch = []
    revision.objects.bulk_update(batch, ["changes"])


def _direction(target, comparator):
    if not comparator:
        return ""
    if target.measure == "rank":
        return "lower"
    return ONE_SIDED.get(comparator) or ("higher" if target.plan.is_invented else "within")


def lags(apps, schema_editor):
    """What stands was judged with the gap turned so that less than 0 is behind."""
    apps.get_model("targets", "Assessment").objects.filter(gap__isnull=False).update(lag=-F("gap"))


class Migration(migrations.Migration):
    dependencies = [
        ("targets", "0002_roles_rules_and_holidays"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="target",
            name="target_value_not_negative",
        ),
        migrations.AddField(
            model_name="assessment",
            name="direction",
            field=models.CharField(
                blank=True,
                choices=[
                    ("higher", "the higher the better"),
                    ("lower", "the lower the better"),
                    ("within", "both bounds bind"),
                ],
                max_length=10,
                verbose_name="direction",
            ),
        ),
        migrations.AddField(
            model_name="assessment",
            name="lag",
            field=targets.models.base.PercentageField(
                blank=True, decimal_places=1, max_digits=6, null=True, verbose_name="lag"
            ),
        ),
        migrations.AddField(
            model_name="lightrule",
            name="amber_share",
            field=targets.models.base.PercentageField(
                blank=True,
                decimal_places=1,
                help_text="per cent of the expected progress, instead of points; empty for points",
                max_digits=6,
                null=True,
                verbose_name="amber share",
            ),
        ),
        migrations.AddField(
            model_name="lightrule",
            name="has_amber",
            field=models.BooleanField(
                default=True, help_text="without it all that would be amber is red", verbose_name="has amber"
            ),
        ),
        migrations.AddField(
            model_name="target",
            name="direction",
            field=models.CharField(
                blank=True,
                choices=[
                    ("higher", "the higher the better"),
                    ("lower", "the lower the better"),
                    ("within", "both bounds bind"),
                ],
                help_text="of the figure as filed; for “about”, “equal to” and “between”",
                max_length=10,
                verbose_name="direction",
            ),
        ),
        migrations.AddField(
            model_name="targetrevision",
            name="drops_curve",
            field=models.BooleanField(
                default=False,
                help_text="from then on the pace is even",
                verbose_name="drops the monthly plan",
            ),
        ),
        migrations.AlterField(
            model_name="assessment",
            name="cause",
            field=models.CharField(
                choices=[
                    ("create", "created"),
                    ("define", "defined"),
                    ("approve", "report approved"),
                    ("correct", "corrected"),
                    ("void", "voided"),
                    ("value", "value changed"),
                    ("deadline", "deadline changed"),
                    ("definition", "definition"),
                    ("baseline", "baseline"),
                    ("node", "node"),
                    ("curve", "monthly plan"),
                    ("override", "light set by hand"),
                    ("suspend", "suspended"),
                    ("resume", "resumed"),
                    ("cancel", "cancelled"),
                    ("close", "closed"),
                    ("annul", "annulled"),
                ],
                max_length=20,
                verbose_name="cause",
            ),
        ),
        migrations.AlterField(
            model_name="lightrule",
            name="rate_band",
            field=targets.models.base.PercentageField(
                blank=True,
                decimal_places=1,
                default=Decimal("1.0"),
                help_text="percentage points, for percentages that are not paced",
                max_digits=6,
                null=True,
                verbose_name="rate band",
            ),
        ),
        migrations.AlterField(
            model_name="targetrevision",
            name="kind",
            field=models.CharField(
                choices=[
                    ("open", "opening"),
                    ("value", "value changed"),
                    ("deadline", "deadline changed"),
                    ("definition", "definition"),
                    ("baseline", "baseline"),
                    ("node", "node"),
                    ("curve", "monthly plan"),
                    ("override", "light set by hand"),
                    ("suspend", "suspended"),
                    ("resume", "resumed"),
                    ("cancel", "cancelled"),
                    ("close", "closed"),
                    ("annul", "annulled"),
                ],
                max_length=20,
                verbose_name="kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="target",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("target_value__isnull", True),
                    ("target_value__gte", 0),
                    ("measure", "growth"),
                    _connector="OR",
                ),
                name="target_value_fits_measure",
            ),
        ),
        migrations.RunPython(rules, migrations.RunPython.noop),
        migrations.RunPython(directions, migrations.RunPython.noop),
        migrations.RunPython(lags, migrations.RunPython.noop),
    ]
