import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Exists, OuterRef, Subquery


def point_to_the_newest(apps, schema_editor):
    """Of each target the newest period's report and figure, among the approved versions that count."""
    approved = apps.get_model("targets", "ProgressEntry").objects.filter(state="approved")
    later = approved.filter(
        target=OuterRef("target"), period=OuterRef("period"), part=OuterRef("part"),
        revision_no__gt=OuterRef("revision_no"),
    )  # fmt: skip
    counting = approved.filter(~Exists(later), target=OuterRef("pk"), is_void=False)
    newest = counting.order_by("-period__period_end", "-pk").values("pk")
    for plan in apps.get_model("targets", "Plan").objects.order_by("pk"):
        plan.targets.update(
            newest_report=Subquery(newest.filter(part="report")[:1]),
            newest_figure=Subquery(newest.filter(value__isnull=False)[:1]),
        )


def settle(apps, schema_editor):
    """PostgreSQL changes no table on which checks are still to come."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def newest():
    return models.ForeignKey(
        editable=False,
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="targets.progressentry",
    )


class Migration(migrations.Migration):
    dependencies = [("targets", "0009_accounts")]
    operations = [
        migrations.AddField("target", "newest_report", newest()),
        migrations.AddField("target", "newest_figure", newest()),
        migrations.RunPython(point_to_the_newest, migrations.RunPython.noop),
        migrations.RunPython(settle, migrations.RunPython.noop),
    ]
