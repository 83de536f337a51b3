from django.db import migrations, models

import targets.models.base


class Migration(migrations.Migration):
    dependencies = [("targets", "0012_matter")]
    operations = [
        migrations.AddField(
            "progressentry",
            "forecast",
            targets.models.base.QuantityField(
                blank=True,
                decimal_places=4,
                max_digits=15,
                null=True,
                verbose_name="forecast for the whole year",
            ),
        ),
        migrations.AddConstraint(
            "progressentry",
            models.CheckConstraint(
                condition=models.Q(
                    ("forecast__isnull", True),
                    models.Q(("forecast__gt", -100000000000), ("forecast__lt", 100000000000)),
                    _connector="OR",
                ),
                name="entry_forecast_range",
            ),
        ),
    ]
