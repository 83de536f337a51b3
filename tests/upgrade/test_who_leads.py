"""What 0006 makes of rows that did not say who led, how it was reported and how firm it was on a day."""

from datetime import date, timedelta
from itertools import product

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests.factories import at
from tests.upgrade.database import empty_database

OWNER = ("lead_unit", "accountable_leader", "accountable_leader_words")
REPORTING = ("frequency", "figure_from", "first_period")
BEFORE, AFTER = "0005_final_nodes_and_editions", "0006_who_leads_and_how_it_is_reported"
OPENED, MAY, JUNE, JULY = date(2025, 1, 1), date(2025, 5, 31), date(2025, 6, 30), date(2025, 7, 10)
LAST = date(2025, 12, 31)


def models_at(migration):
    return MigrationExecutor(connection).loader.project_state([("targets", migration)]).apps


class Town:
    """A plan of a town at the state before, its people and one revision or row after the other."""

    def __init__(self, apps):
        self.model = lambda name: apps.get_model("targets", name).objects
        self.top = self.unit("外海街道", "/1/")
        self.office = self.unit("经发办", "/1/2/", parent=self.top)
        self.elsewhere = self.unit("礼乐街道", "/3/")
        rule = self.model("LightRule").first()
        self.plan = self.model("Plan").create(
            code="P25", title="任务", year=2025, jurisdiction=self.top, starts_on=OPENED, ends_on=LAST,
            state="in_force", light_rule=rule,
        )  # fmt: skip
        self.period = self.model("ReportingPeriod").create(
            plan=self.plan, number=3, period_start=date(2025, 3, 1), period_end=date(2025, 3, 31),
            opens_on=date(2025, 3, 31), words_due_on=date(2025, 4, 7), review_due_on=date(2025, 4, 20),
            freeze_on=date(2025, 4, 20),
        )  # fmt: skip

    def unit(self, name, path, **fields):
        return self.model("OrgUnit").create(name=name, path=path, **fields)

    def person(self, name, post, unit=None):
        return self.model("Member").create(name=name, post=post, unit=unit or self.top)

    def target(self, title, **fields):
        number = self.model("Target").count() + 1
        fields = {"firmness": "expected", "measure": "flow", "decimals": 0, **fields}
        target = self.model("Target").create(
            plan=self.plan, number=number, code=f"P25-{number}", title=title, lead_unit=self.office, **fields
        )
        self.revision(target, "open", OPENED, OPENED, firmness=[None, "expected"])
        self.row(target, OPENED, OPENED)
        return target

    def revision(self, target, kind, effective_on, signed_on, annuls=None, **changes):
        return self.model("TargetRevision").create(
            target=target, kind=kind, effective_on=effective_on, asked_at=at(signed_on),
            approved_at=at(signed_on), changes=changes, annuls=annuls,
        )  # fmt: skip

    def row(self, target, effective_on, recorded_on, light=8):
        row = self.model("Assessment").create(
            target=target, effective_on=effective_on, recorded_at=at(recorded_on), cause="approve",
            light=light, opens_on=OPENED, override_until=OPENED, state="active",
            rule=self.plan.light_rule, edition=1,
        )  # fmt: skip
        newest = self.model("Assessment").filter(target=target).order_by("-effective_on", "-pk").first()
        self.model("Target").filter(pk=target.pk).update(current=newest)
        return row


def promised(revisions, on, known_at):
    """How firm it was, read plainly from the revisions, as pages did."""
    known = [r for r in revisions if r.approved_at <= known_at]
    annulled = {r.annuls_id for r in known}
    said = [r for r in known if r.pk not in annulled and r.effective_on <= on and "firmness" in r.changes]
    return max(said, key=lambda r: (r.effective_on, r.pk)).changes["firmness"][1] if said else None


def shown(rows, on, known_at):
    standing = [row for row in rows if row.effective_on <= on and row.recorded_at <= known_at]
    return max(standing, key=lambda row: (row.effective_on, row.pk)) if standing else None


def firm(value):
    return {"firmness": ["expected", value]}


def changed_with_a_row(town, target):
    town.revision(target, "definition", JULY, JULY, **firm("stretch"))
    town.row(target, JULY, JULY)


def backdated_without_a_row(town, target):
    town.row(target, JUNE, date(2025, 7, 3), light=5)
    town.revision(target, "definition", MAY, JULY, **firm("stretch"))
    town.row(target, MAY, JULY)


def corrected_after_it(town, target):
    backdated_without_a_row(town, target)
    town.row(target, JUNE, date(2025, 8, 3), light=3)


def taken_back(town, target):
    town.row(target, JUNE, date(2025, 7, 3), light=5)
    mistake = town.revision(target, "definition", MAY, JULY, **firm("stretch"))
    town.row(target, MAY, JULY)
    town.row(target, JUNE, date(2025, 8, 3), light=3)
    town.revision(target, "annul", MAY, date(2025, 8, 20), annuls=mistake)


def changed_twice_from_one_day(town, target):
    town.row(target, JUNE, date(2025, 7, 3), light=5)
    for day, value in ((JULY, "stretch"), (date(2025, 8, 1), "binding")):
        town.revision(target, "definition", OPENED, day, **firm(value))


def changed_before_an_earlier_change(town, target):
    changed_with_a_row(town, target)
    town.revision(target, "definition", MAY, date(2025, 8, 1), **firm("binding"))
    town.row(target, MAY, date(2025, 8, 1))


STORIES = {
    story.__name__: story
    for story in (
        changed_with_a_row, backdated_without_a_row, corrected_after_it, taken_back,
        changed_twice_from_one_day, changed_before_an_earlier_change,
    )
}  # fmt: skip
WHO = {
    "王五": "王五", "镇长": "王五", "镇长　王五": "王五", "王五镇长": "王五",
    "副镇长": None, "书记": None, "分管副镇长": None, "": None,
}  # fmt: skip


@pytest.fixture(scope="module")
def upgraded(django_db_setup, django_db_blocker, tmp_path_factory):
    """The models after, and the rows of the ledger before."""
    with django_db_blocker.unblock(), empty_database(tmp_path_factory.mktemp("who_leads")):
        call_command("migrate", "targets", BEFORE, verbosity=0)
        town = Town(models_at(BEFORE))
        for name, post in (("王五", "镇长"), ("张三", "副镇长"), ("李四", "副镇长")):
            town.person(name, post)
        town.person("钱七", "书记", town.elsewhere)
        for words in WHO:
            town.target(f"责任领导{words}", accountable_leader=words)
        reported = {"frequency": "quarter", "figure_from": "statistics", "first_period": town.period}
        town.target("按季", accountable_leader="镇长", **reported)
        for name, story in STORIES.items():
            target = town.target(name)
            story(town, target)
            revisions = town.model("TargetRevision").filter(target=target)
            today = promised(list(revisions), LAST, at(LAST))
            town.model("Target").filter(pk=target.pk).update(firmness=today)
        before = list(town.model("Assessment").select_related("target"))
        call_command("migrate", "targets", AFTER, verbosity=0)
        apps = models_at(AFTER)
        yield lambda name: apps.get_model("targets", name).objects, before


def test_todays_columns_are_the_promise_of_every_day_until_now(upgraded):
    model, _before = upgraded
    target = model("Target").get(title="按季")
    office, leader = model("OrgUnit").get(name="经发办"), model("Member").get(name="王五")
    period = model("ReportingPeriod").get()
    assert target.revisions.get().changes == {
        "firmness": [None, "expected"], "lead_unit": [None, str(office.pk)],
        "accountable_leader": [None, str(leader.pk)], "accountable_leader_words": [None, ""],
        "frequency": [None, "quarter"], "figure_from": [None, "statistics"],
        "first_period": [None, str(period.pk)],
    }  # fmt: skip
    kept = (*OWNER, *REPORTING)
    says = (office.pk, leader.pk, "", "quarter", "statistics", period.pk)
    assert target.assessments.values_list(*kept).get() == says
    assert model("Target").filter(pk=target.pk).values_list(*kept).get() == says


@pytest.mark.parametrize("words", WHO)
def test_a_person_takes_the_place_of_words_that_fit_no_other(upgraded, words):
    model, _before = upgraded
    target = model("Target").select_related("accountable_leader").get(title=f"责任领导{words}")
    person = target.accountable_leader
    assert (person and person.name, target.accountable_leader_words) == (
        WHO[words], "" if WHO[words] else words,
    )  # fmt: skip


@pytest.mark.parametrize("story", STORIES)
def test_each_past_page_reads_how_firm_it_was_as_it_did(upgraded, story):
    model, ledger = upgraded
    target = model("Target").get(title=story)
    before = [row for row in ledger if row.target.title == story]
    revisions, rows = list(target.revisions.all()), list(target.assessments.order_by("pk"))
    moments = {r.approved_at for r in revisions} | {row.recorded_at for row in rows}
    moments |= {moment - timedelta(seconds=1) for moment in moments}
    days = {r.effective_on for r in revisions} | {row.effective_on for row in rows} | {LAST}
    for on, known_at in product(sorted(days), sorted(moments)):
        row, was = shown(rows, on, known_at), shown(before, on, known_at)
        assert (row is None) == (was is None)
        if row is not None:
            assert row.firmness == promised(revisions, on, known_at), (on, known_at)
            assert (row.light, row.effective_on) == (was.light, was.effective_on)
    assert target.current_id == shown(rows, LAST, at(LAST)).pk
