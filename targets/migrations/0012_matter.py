import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("targets", "0011_audit")]
    operations = [
        migrations.AddField(
            "target",
            "matter",
            models.ForeignKey(
                blank=True,
                help_text="the target whose row it shares among the main economic indicators",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="same_matter",
                to="targets.target",
                verbose_name="same matter as",
            ),
        ),
    ]
