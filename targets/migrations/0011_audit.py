from itertools import islice

import django.core.serializers.json
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

ACTS = {1: "create", 2: "change", 3: "delete"}  # by Django's numbers
AT_ONCE = 500


def take_over(apps, schema_editor):
    """What Django's log and the log of failed sign-ins hold goes on in the audit, in order of time."""
    AuditRecord = apps.get_model("targets", "AuditRecord")
    logged = apps.get_model("admin", "LogEntry").objects.select_related("content_type", "user")
    failed = apps.get_model("axes", "AccessFailureLog").objects.order_by("attempt_time", "pk")
    for records in (
        (_of_log(AuditRecord, each) for each in logged.order_by("action_time", "pk").iterator(AT_ONCE)),
        (_of_sign_in(AuditRecord, each) for each in failed.iterator(AT_ONCE)),
    ):
        while batch := list(islice(records, AT_ONCE)):
            AuditRecord.objects.bulk_create(batch)


def _of_log(AuditRecord, entry):
    kind = entry.content_type.model if entry.content_type else ""
    is_sentence = not entry.change_message.startswith("[")  # else field names, as Django lists them
    return AuditRecord(
        at=entry.action_time, by=entry.user, name=entry.user.username, act=ACTS[entry.action_flag],
        kind=kind, subject=entry.object_repr[:200], rows=f"|{kind}.{entry.object_id}|",
        remark=entry.change_message if is_sentence else "",
    )  # fmt: skip


def _of_sign_in(AuditRecord, attempt):
    return AuditRecord(
        at=attempt.attempt_time, name=(attempt.username or "")[:150], address=attempt.ip_address,
        act="sign_in", outcome="failed",
    )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("targets", "0010_newest_reports"),
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("axes", "0008_accessfailurelog"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditSeal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(unique=True, verbose_name="number")),
                (
                    "sealed_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="sealed at"),
                ),
                ("count", models.PositiveIntegerField(verbose_name="records")),
                ("digest", models.CharField(max_length=64, verbose_name="digest")),
            ],
            options={
                "verbose_name": "seal of the audit",
                "verbose_name_plural": "seals of the audit",
                "ordering": ("number",),
            },
        ),
        migrations.CreateModel(
            name="AuditRecord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "at",
                    models.DateTimeField(
                        db_index=True, default=django.utils.timezone.now, verbose_name="time"
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=150, verbose_name="username")),
                ("address", models.GenericIPAddressField(null=True, verbose_name="IP address")),
                (
                    "act",
                    models.CharField(
                        choices=[
                            ("create", "created"),
                            ("change", "changed"),
                            ("delete", "deleted"),
                            ("submit", "submitted a report"),
                            ("withdraw", "took back"),
                            ("return", "returned a report"),
                            ("pass", "passed a report on"),
                            ("approve", "approved a report"),
                            ("correct", "corrected a report"),
                            ("void", "voided a report"),
                            ("file", "filed reports in bulk"),
                            ("define", "defined a target"),
                            ("plan_months", "wrote a monthly plan"),
                            ("ask", "asked for a change"),
                            ("sign", "approved a change"),
                            ("refuse", "refused a change"),
                            ("remark", "wrote a remark"),
                            ("load", "wrote targets in bulk"),
                            ("issue", "issued a plan"),
                            ("close", "closed a plan"),
                            ("undo_close", "took the closing back"),
                            ("archive", "archived a plan"),
                            ("next_year", "began next year's plan"),
                            ("reopen", "reopened a period"),
                            ("rejudge", "had a plan judged anew"),
                            ("export", "exported"),
                            ("sign_in", "signed in"),
                            ("sign_out", "signed out"),
                            ("rights", "changed an account"),
                            ("password", "set a password"),
                            ("unlock", "unlocked an account"),
                            ("visit", "opened a page"),
                            ("back_up", "made a backup"),
                            ("restore", "restored a backup"),
                        ],
                        max_length=20,
                        verbose_name="what was done",
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[("done", "done"), ("refused", "refused"), ("failed", "failed")],
                        default="done",
                        max_length=10,
                        verbose_name="outcome",
                    ),
                ),
                ("kind", models.CharField(blank=True, max_length=50)),
                ("subject", models.CharField(blank=True, max_length=200, verbose_name="what it is about")),
                ("rows", models.TextField(blank=True)),
                (
                    "changes",
                    models.JSONField(
                        default=dict,
                        encoder=django.core.serializers.json.DjangoJSONEncoder,
                        verbose_name="changes",
                    ),
                ),
                ("remark", models.TextField(blank=True, verbose_name="remark")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="account",
                    ),
                ),
                (
                    "seal",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="records",
                        to="targets.auditseal",
                    ),
                ),
            ],
            options={
                "verbose_name": "audit record",
                "verbose_name_plural": "audit records",
                "ordering": ("-pk",),
            },
        ),
        migrations.RunPython(take_over, migrations.RunPython.noop),
    ]
