"""A second hand for additions; what belongs to a plan; people in two offices; answers to remarks."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def give_to_plans(apps, schema_editor):
    """Each plan gets its own of the domains and sources that were shared; who uses none goes to the first."""
    Domain, Source, Target, Plan, Figure = (
        apps.get_model("targets", name) for name in ("Domain", "Source", "Target", "Plan", "ReferenceFigure")
    )
    first = Plan.objects.order_by("pk").values_list("pk", flat=True).first()
    for model, users in (
        (Domain, [(Target, "domain", "plan")]),
        (Source, [(Target, "source", "plan"), (Figure, "source", "target__plan")]),
    ):
        for row in list(model.objects.order_by("pk")):
            shared = row.pk
            plans = {
                plan
                for user, field, way in users
                for plan in user.objects.filter(**{field: shared}).values_list(way, flat=True)
            }
            if not plans and first is None:
                row.delete()  # nothing was ever planned here
                continue
            for number, plan in enumerate(sorted(plans) or [first]):
                if number:
                    row.pk = None  # another copy
                    row._state.adding = True
                row.plan_id = plan
                row.save()
                for user, field, way in users:
                    own = user.objects.filter(**{field: shared, way: plan}).values("pk")
                    user.objects.filter(pk__in=list(own.values_list("pk", flat=True))).update(
                        **{field: row.pk}
                    )


class Migration(migrations.Migration):
    dependencies = [
        ("targets", "0006_who_leads_and_how_it_is_reported"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="domain",
            name="plan",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="domains",
                to="targets.plan",
                verbose_name="plan",
            ),
        ),
        migrations.AddField(
            model_name="member",
            name="also_in",
            field=models.ManyToManyField(
                blank=True,
                help_text="with the same roles; one account is enough",
                related_name="also_members",
                to="targets.orgunit",
                verbose_name="also serves in",
            ),
        ),
        migrations.AddField(
            model_name="milestone",
            name="is_dropped",
            field=models.BooleanField(default=False, editable=False, verbose_name="dropped"),
        ),
        migrations.AddField(
            model_name="plan",
            name="closed_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="closed at"),
        ),
        migrations.AddField(
            model_name="plan",
            name="closed_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="closed by",
            ),
        ),
        migrations.AddField(
            model_name="source",
            name="plan",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sources",
                to="targets.plan",
                verbose_name="plan",
            ),
        ),
        migrations.AddField(
            model_name="targetnote",
            name="answers",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="answered_by",
                to="targets.targetnote",
                verbose_name="answers",
            ),
        ),
        migrations.AddField(
            model_name="targetnote",
            name="promised_on",
            field=models.DateField(blank=True, null=True, verbose_name="to be done by"),
        ),
        migrations.AlterField(
            model_name="domain",
            name="name",
            field=models.CharField(max_length=50, verbose_name="name"),
        ),
        migrations.AlterField(
            model_name="targetnote",
            name="kind",
            field=models.CharField(
                choices=[
                    ("comment", "comment on the draft"),
                    ("support", "note of a supporting unit"),
                    ("leader", "leader's remark"),
                    ("answer", "answer to a remark"),
                ],
                max_length=10,
                verbose_name="kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="domain",
            constraint=models.UniqueConstraint(fields=("plan", "name"), name="domain_name_in_plan"),
        ),
        migrations.RunPython(give_to_plans, migrations.RunPython.noop),
    ]
