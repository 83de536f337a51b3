import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("targets", "0013_forecast")]
    operations = [
        migrations.CreateModel(
            "TargetList",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=50, verbose_name="name")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lists",
                        to="targets.plan",
                        verbose_name="plan",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lists",
                        to="targets.source",
                        verbose_name="source",
                    ),
                ),
            ],
            {
                "verbose_name": "list of targets",
                "verbose_name_plural": "lists of targets",
                "ordering": ("order", "pk"),
                "constraints": [models.UniqueConstraint(fields=("plan", "name"), name="list_name_in_plan")],
            },
        ),
        migrations.CreateModel(
            "ListEntry",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "number",
                    models.CharField(
                        blank=True,
                        help_text="targets that share it are one item",
                        max_length=20,
                        verbose_name="no. on the list",
                    ),
                ),
                (
                    "order",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="empty: beside the targets of its number, else at the end",
                        verbose_name="order",
                    ),
                ),
                (
                    "score",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=6,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="score",
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="places",
                        to="targets.target",
                        verbose_name="target",
                    ),
                ),
                (
                    "list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="places",
                        to="targets.targetlist",
                        verbose_name="list of targets",
                    ),
                ),
            ],
            {
                "verbose_name": "place on a list",
                "verbose_name_plural": "places on lists",
                "ordering": ("order", "pk"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("list", "target"),
                        name="target_once_on_list",
                        violation_error_message="The target stands on this list already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("score__isnull", True), ("score__gte", 0), _connector="OR"),
                        name="list_score_range",
                    ),
                ],
            },
        ),
    ]
