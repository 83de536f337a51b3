from django.db import migrations, models


def draw_the_line(apps, schema_editor):
    """From here on records note all that an act wrote; before, some columns were left out."""
    records = apps.get_model("targets", "AuditRecord").objects
    if records.exists():
        records.create(act="change", kind="auditrecord", remark="自本条起，审计记录记明所写入的全部内容。")


class Migration(migrations.Migration):
    dependencies = [
        ("targets", "0019_evidence"),
    ]

    operations = [
        migrations.AddField(
            model_name="issuedreport",
            name="seal_number",
            field=models.PositiveIntegerField(
                blank=True, editable=False, null=True, verbose_name="seal of the audit"
            ),
        ),
        migrations.AddField(
            model_name="issuedreport",
            name="seal_digest",
            field=models.CharField(
                blank=True, default="", editable=False, max_length=64, verbose_name="digest of the seal"
            ),
            preserve_default=False,
        ),
        migrations.RunPython(draw_the_line, migrations.RunPython.noop),
    ]
