import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("targets", "0015_kept_files")]
    operations = [
        migrations.CreateModel(
            "ChosenHeading",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("heading", models.CharField(max_length=50, verbose_name="heading")),
                ("holds", models.CharField(blank=True, max_length=30, verbose_name="holds")),
                (
                    "jurisdiction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="targets.orgunit",
                        verbose_name="jurisdiction",
                    ),
                ),
            ],
            options={
                "verbose_name": "chosen heading",
                "verbose_name_plural": "chosen headings",
                "ordering": ("pk",),
                "constraints": [
                    models.UniqueConstraint(fields=("jurisdiction", "heading"), name="heading_chosen_once")
                ],
            },
        ),
    ]
