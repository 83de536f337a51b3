from datetime import date

from django.db import migrations, models
from django.utils import timezone

CAUSES = [
    ("create", "created"),
    ("define", "defined"),
    ("approve", "report approved"),
    ("correct", "corrected"),
    ("void", "voided"),
    ("rule", "judged anew by a newer edition of the rule"),
    ("value", "value changed"),
    ("deadline", "deadline changed"),
    ("definition", "definition"),
    ("baseline", "baseline"),
    ("node", "node"),
    ("override", "light set by hand"),
    ("suspend", "suspended"),
    ("resume", "resumed"),
    ("cancel", "cancelled"),
    ("close", "closed"),
    ("annul", "annulled"),
]


def end_with_a_node(apps, schema_editor):
    """Give issued milestone targets with a deadline and no node the final one. Nothing is judged."""
    node, revision = (apps.get_model("targets", name) for name in ("Milestone", "TargetRevision"))
    now = timezone.now()
    lacking = apps.get_model("targets", "Target").objects.filter(
        measure="milestone", due_on__isnull=False, milestones=None, revisions__kind="open"
    )
    for target in lacking.distinct().order_by("pk"):
        final = node.objects.create(target=target, title="全部完成", order=99, follows_deadline=True)
        revision.objects.create(
            target=target, milestone=final, kind="node", effective_on=stated_from(revision, target),
            asked_at=now, approved_at=now,
            changes={
                "due_on": [None, None], "weight": [None, None], "order": [None, "99"],
                "follows_deadline": [None, "True"],
            },
        )  # fmt: skip


def stated_from(revision, target) -> date:
    """The day from which the target's deadline was first stated, by what is not annulled."""
    approved = revision.objects.filter(target=target, approved_at__isnull=False)
    annulled = set(approved.filter(annuls__isnull=False).values_list("annuls", flat=True))
    standing = [each for each in approved.order_by("effective_on", "pk") if each.pk not in annulled]
    stated = [each for each in standing if each.changes.get("due_on", [None, None])[1]]
    return (stated or standing)[0].effective_on


class Migration(migrations.Migration):
    dependencies = [("targets", "0004_days_of_issue")]
    operations = [
        migrations.AddField(
            "assessment",
            "edition",
            models.PositiveSmallIntegerField(default=1, verbose_name="edition of the rule's code"),
            preserve_default=False,
        ),
        migrations.AlterField(
            "assessment", "cause", models.CharField(choices=CAUSES, max_length=20, verbose_name="cause")
        ),
        migrations.AddField(
            "milestone",
            "follows_deadline",
            models.BooleanField(default=False, editable=False, verbose_name="due with the target"),
        ),
        migrations.AddConstraint(
            "milestone",
            models.CheckConstraint(
                condition=models.Q(("follows_deadline", False), ("due_on__isnull", True), _connector="OR"),
                name="milestone_one_date",
            ),
        ),
        # Last: PostgreSQL changes no table with rows just written to it.
        migrations.RunPython(end_with_a_node, migrations.RunPython.noop),
    ]
