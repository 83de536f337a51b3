"""Domains and sources belong to a plan, since every row has one by now."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("targets", "0007_second_hands"),
    ]

    operations = [
        migrations.AlterField(
            model_name="domain",
            name="plan",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="domains",
                to="targets.plan",
                verbose_name="plan",
            ),
        ),
        migrations.AlterField(
            model_name="source",
            name="plan",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sources",
                to="targets.plan",
                verbose_name="plan",
            ),
        ),
    ]
