import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Subquery

OWNER = ("lead_unit", "accountable_leader", "accountable_leader_words")
REPORTING = ("frequency", "figure_from", "first_period")
FREQUENCIES = [
    ("month", "monthly"), ("quarter", "quarterly"), ("half", "half-yearly"), ("year", "yearly"),
    ("published", "when published"),
]  # fmt: skip
SOURCES = [("unit", "reported by the unit"), ("statistics", "official statistics")]
FIRMNESS = [("binding", "binding"), ("expected", "anticipatory"), ("stretch", "stretch")]
KINDS = [
    ("value", "value changed"), ("deadline", "deadline changed"), ("definition", "definition"),
    ("baseline", "baseline"), ("node", "node"), ("curve", "monthly plan"), ("owner", "who leads"),
    ("reporting", "how it is reported"), ("override", "light set by hand"), ("suspend", "suspended"),
    ("resume", "resumed"), ("cancel", "cancelled"), ("close", "closed"), ("annul", "annulled"),
]  # fmt: skip
CAUSES = [
    ("create", "created"), ("define", "defined"), ("approve", "report approved"), ("correct", "corrected"),
    ("void", "voided"), ("rule", "judged anew by a newer edition of the rule"),
]  # fmt: skip


def name_the_leaders(apps, schema_editor):
    """A person takes the place of the words that fit nobody else of the jurisdiction."""
    for plan in apps.get_model("targets", "Plan").objects.select_related("jurisdiction"):
        people = {}
        top = plan.jurisdiction.path
        for person in apps.get_model("targets", "Member").objects.filter(unit__path__startswith=top):
            name, post = unspaced(person.name), unspaced(person.post)
            for words in {name, post, post + name, name + post} - {""}:
                people.setdefault(words, []).append(person.pk)
        for target in plan.targets.exclude(accountable_leader_words=""):
            found = people.get(unspaced(target.accountable_leader_words), ())
            if len(found) == 1:
                target.accountable_leader_id, target.accountable_leader_words = found[0], ""
                target.save(update_fields=["accountable_leader", "accountable_leader_words"])


def unspaced(words):
    return "".join(words.split())


def complete_the_openings(apps, schema_editor):
    """What was freely edited until now was promised as it stands today."""
    revisions = apps.get_model("targets", "TargetRevision").objects
    completed = []
    for opening in revisions.filter(kind="open").select_related("target").order_by("pk"):
        for name in (*OWNER, *REPORTING):
            value = getattr(opening.target, opening.target._meta.get_field(name).attname)
            opening.changes[name] = [None, None if value is None else str(value)]
        completed.append(opening)
    revisions.bulk_update(completed, ["changes"], batch_size=200)


def complete_the_ledger(apps, schema_editor):
    """These were never known otherwise than they stand on the target, so past tables stay as they were."""
    target = apps.get_model("targets", "Target").objects.filter(pk=OuterRef("target"))
    kept = ("firmness", *OWNER, *REPORTING)
    apps.get_model("targets", "Assessment").objects.update(
        **{name: Subquery(target.values(name)[:1]) for name in kept}
    )


def date_the_firmness(apps, schema_editor):
    """How firm a promise was on a day was read from its revisions; now the rows of that day say it."""
    revisions = apps.get_model("targets", "TargetRevision").objects.filter(approved_at__isnull=False)
    changed = {
        target
        for target, changes in revisions.exclude(kind="open").values_list("target", "changes")
        if "firmness" in changes
    }
    for target in apps.get_model("targets", "Target").objects.filter(pk__in=changed).order_by("pk"):
        of_this = list(revisions.filter(target=target))
        rows = list(target.assessments.order_by("effective_on", "pk"))
        for day in sorted({row.effective_on for row in rows}):
            Told(target, of_this, day, [row for row in rows if row.effective_on == day]).tell()
        newest = target.assessments.order_by("-effective_on", "-pk").values("pk")[:1]
        type(target).objects.filter(pk=target.pk).update(current=Subquery(newest))


class Told:
    """What the ledger tells of one day of a target, in the order in which it became known."""

    def __init__(self, target, revisions, day, rows):
        self.target, self.revisions, self.day, self.rows = target, revisions, day, rows

    def tell(self):
        """Note the firmness in each row; repeat the row where a change of firmness brought no new one.

        After such a repeated row the later ones are repeated too: of one day the last written counts.
        """
        said = [(row.recorded_at, 0, row.pk, row) for row in self.rows]
        signed = [(act.approved_at, 1, act.pk, act) for act in self.revisions]
        standing, shown, repeats = None, "", False
        for at, is_act, _pk, found in sorted(said + signed, key=lambda event: event[:3]):
            firmness = self.firmness(at)
            if not is_act:
                type(found).objects.filter(pk=found.pk).update(firmness=firmness)
                standing = found
            elif standing is None or firmness == shown:
                continue
            if is_act or repeats:
                self.append(standing, at, firmness, found.kind if is_act else standing.cause)
                repeats = True
            shown = firmness

    def firmness(self, at):
        known = [act for act in self.revisions if act.approved_at <= at]
        annulled = {act.annuls_id for act in known}
        said = [
            act
            for act in known
            if "firmness" in act.changes and act.pk not in annulled and act.effective_on <= self.day
        ]
        if not said:
            return self.target.firmness
        return max(said, key=lambda act: (act.effective_on, act.pk)).changes["firmness"][1]

    def append(self, row, at, firmness, cause):
        columns = {field.attname for field in row._meta.concrete_fields} - {"id"}
        said = {name: getattr(row, name) for name in columns}
        type(row)(**{**said, "recorded_at": at, "firmness": firmness, "cause": cause}).save()


def settle(apps, schema_editor):
    """PostgreSQL changes no table on which checks are still to come."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def kept(model, verbose_name, **fields):
    return models.ForeignKey(
        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+",
        to=f"targets.{model}", verbose_name=verbose_name, **fields,
    )  # fmt: skip


EMPTY = {"blank": True, "null": True}


class Migration(migrations.Migration):
    dependencies = [("targets", "0005_final_nodes_and_editions")]
    operations = [
        migrations.RenameField("target", "accountable_leader", "accountable_leader_words"),
        migrations.AlterField(
            "target",
            "accountable_leader_words",
            models.CharField(
                blank=True,
                help_text="the document's words, where they fit nobody listed",
                max_length=100,
                verbose_name="accountable leader (as stated)",
            ),
        ),
        migrations.AddField(
            "target",
            "accountable_leader",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="accountable_for",
                to="targets.member",
                verbose_name="accountable leader",
            ),
        ),
        migrations.AddField(
            "assessment",
            "firmness",
            models.CharField(choices=FIRMNESS, default="expected", max_length=10, verbose_name="firmness"),
            preserve_default=False,
        ),
        migrations.AddField("assessment", "lead_unit", kept("orgunit", "lead unit", **EMPTY)),
        migrations.AddField(
            "assessment", "accountable_leader", kept("member", "accountable leader", **EMPTY)
        ),
        migrations.AddField(
            "assessment",
            "accountable_leader_words",
            models.CharField(blank=True, max_length=100, verbose_name="accountable leader (as stated)"),
        ),
        migrations.AddField(
            "assessment",
            "frequency",
            models.CharField(choices=FREQUENCIES, default="month", max_length=10, verbose_name="frequency"),
            preserve_default=False,
        ),
        migrations.AddField(
            "assessment",
            "figure_from",
            models.CharField(choices=SOURCES, default="unit", max_length=10, verbose_name="figure from"),
            preserve_default=False,
        ),
        migrations.AddField("assessment", "first_period", kept("reportingperiod", "first period", **EMPTY)),
        migrations.AlterField(
            "assessment",
            "cause",
            models.CharField(choices=[*CAUSES, *KINDS], max_length=20, verbose_name="cause"),
        ),
        migrations.AlterField(
            "targetrevision",
            "kind",
            models.CharField(choices=[("open", "opening"), *KINDS], max_length=20, verbose_name="kind"),
        ),
        migrations.AddField(
            "targetrevision",
            "joins",
            models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="joined_by",
                to="targets.targetrevision",
                verbose_name="first of the same request",
            ),
        ),
        migrations.RunPython(name_the_leaders, migrations.RunPython.noop),
        migrations.RunPython(complete_the_openings, migrations.RunPython.noop),
        migrations.RunPython(complete_the_ledger, migrations.RunPython.noop),
        migrations.RunPython(date_the_firmness, migrations.RunPython.noop),
        migrations.RunPython(settle, migrations.RunPython.noop),
        migrations.AlterField("assessment", "lead_unit", kept("orgunit", "lead unit")),
    ]
