from django.db import migrations
from django.utils import timezone


def note_days_of_issue(apps, schema_editor):
    """A plan owes nothing for months that ended before its 印发, so the day of issue has to be true."""
    plans = apps.get_model("targets", "Plan").objects
    # The seed noted the day on which it was loaded; no article says that anything was issued.
    plans.filter(code="WH25", document_no="").update(issued_on=None)
    # What was written down after its year was never owed within it.
    openings = apps.get_model("targets", "TargetRevision").objects.filter(kind="open")
    for plan in plans.filter(state="archived", issued_on=None):
        signed = (
            openings.filter(target__plan=plan).order_by("approved_at").values_list("approved_at", flat=True)
        )
        first = signed.first()
        if first and timezone.localdate(first) > plan.ends_on:
            plans.filter(pk=plan.pk).update(issued_on=timezone.localdate(first))


class Migration(migrations.Migration):
    dependencies = [("targets", "0003_direction_and_rules")]
    operations = [migrations.RunPython(note_days_of_issue, migrations.RunPython.noop)]
