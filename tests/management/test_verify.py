"""verify: the ledger against a fresh judgement, and what only another hand could have written."""

import re
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from targets.models import Assessment, AuditRecord, AuditSeal, Evidence, KeptFile, Target
from targets.models.ledger import ledgers, verifying
from tests.factories import (
    at,
    author,
    correct_entry,
    draft_entry,
    file_entry,
    make_plan,
    make_target,
    make_target_of_plan,
)

pytestmark = pytest.mark.django_db

BY_THE_AUDIT = re.compile(r"^审计日志已封存|与审计日志所记不符|审计日志中没有")
JULY = date(2025, 7, 3)
JUNE = date(2025, 6, 30)


@pytest.fixture
def target():
    target = make_target()
    correct_entry(file_entry(target, 6, 265, JULY), date(2025, 8, 5), value=255)
    return target


@pytest.fixture
def run(capsys):
    """The lines it prints and, where something is wrong, its last word.

    What the audit noted otherwise is another check, of test_tampering.
    """

    def run(**options):
        refusal = None
        try:
            call_command("verify", **options)
        except CommandError as error:
            refusal = str(error)
        told = capsys.readouterr().out.splitlines()
        return [line for line in told if not BY_THE_AUDIT.search(line)], refusal

    return run


def tamper(statement, *values):
    """As no path of the product can."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def newest(target, day=JUNE):
    return target.assessments.filter(effective_on=day).order_by("pk").last()


def test_a_ledger_that_only_acts_wrote_has_no_problem(target, run):
    goal = make_target(measure="milestone", due_on=date(2025, 9, 30), nodes=[JUNE])
    file_entry(goal, 6, None, JULY, nodes={goal.milestones.get(due_on=JUNE): date(2025, 7, 1)})
    make_target(make_plan("P26", state="drafting"))
    assert run() == (["共核对3项任务、5个生效日，未发现不符。"], None)


def test_a_light_written_by_another_hand_is_found(target, run):
    row = newest(target)
    tamper("UPDATE targets_assessment SET light = 5 WHERE id = %s", row.pk)
    assert run() == (
        [f"P25-01：2025年6月30日的亮灯记录（第{row.pk}号）与按事实重新评定的结果不符：light。"],
        "共核对1项任务、2个生效日，发现2处不符。",
    )


@pytest.mark.parametrize(
    ("column", "value"),
    [("value", "300"), ("target_value", "400"), ("red_on", "2025-07-01"), ("marks", "{}")],
)
def test_every_column_counts(target, run, column, value):
    tamper(f"UPDATE targets_assessment SET {column} = %s WHERE id = %s", value, newest(target).pk)
    [line], _refusal = run()
    assert column in line


def test_a_fact_written_by_another_hand_is_found(target, run):
    tamper("UPDATE targets_progressentry SET value = 100 WHERE revision_no = 2")
    [line], _refusal = run()
    assert "2025年6月30日" in line
    assert "value" in line


def test_an_older_version_of_a_day_is_not_judged_afresh(target, run):
    older = target.assessments.filter(effective_on=JUNE).order_by("pk").first()
    tamper("UPDATE targets_assessment SET light = 3 WHERE id = %s", older.pk)
    assert run() == ([], "共核对1项任务、2个生效日，发现1处不符。")  # but the audit noted another


def test_a_day_without_a_row_is_found(target, run):
    Target.objects.update(current=None)
    tamper("DELETE FROM targets_assessment WHERE effective_on = %s", JUNE)
    Target.objects.update(current=target.assessments.get())
    assert run()[0] == ["P25-01：2025年6月30日有事实生效，却没有亮灯记录。"]


def test_a_row_before_the_opening_is_found(target, run):
    tamper("UPDATE targets_targetrevision SET effective_on = %s", date(2025, 2, 1))
    assert "P25-01：2025年1月1日目标任务尚未生效，却有亮灯记录。" in run()[0]


def test_a_pointer_to_an_older_row_is_found(target, run):
    Target.objects.update(current=target.assessments.order_by("pk").first())
    assert run()[0] == ["P25-01：现行亮灯记录不是最新的一条。"]
    Target.objects.update(current=None)
    assert run()[0] == ["P25-01：现行亮灯记录不是最新的一条。"]


def test_a_pointer_to_an_older_report_is_found(target, run):
    Target.objects.update(newest_report=None)
    assert run()[0] == ["P25-01：newest_report所指不是有效填报中最新的一条。"]


def test_a_row_slipped_in_with_an_earlier_moment_is_found(target, run):
    row = newest(target)
    tamper("UPDATE targets_assessment SET recorded_at = %s WHERE id = %s", at(date(2025, 2, 1)), row.pk)
    lines, refusal = run()
    assert lines == [f"P25-01：第{row.pk}号亮灯记录的入账时间早于前一条。"]
    assert refusal.endswith("发现2处不符。")


def test_rows_of_an_earlier_edition_are_counted_apart(target, run):
    tamper("UPDATE targets_assessment SET edition = 1, light = 5 WHERE id = %s", newest(target).pk)
    tamper("UPDATE targets_auditrecord SET rows = '', changes = '{}'")  # which it was not there to note
    assert run() == (
        [
            "其中1条记录出自其他版次的规则程序，按现行版次重新评定，1条结论不同。",
            "共核对1项任务、2个生效日，未发现不符。",
        ],
        None,
    )


def test_one_plan_alone(target, run):
    tamper("UPDATE targets_assessment SET light = 5 WHERE id = %s", newest(target).pk)
    make_target(make_plan("P26"))
    assert run(plan="p26") == (["共核对1项任务、1个生效日，未发现不符。"], None)
    assert len(run(plan="P25")[0]) == 1
    assert run(plan="P99")[1].startswith("--plan: ")


def test_archived_plans_are_checked_too(run):
    target = make_target_of_plan("archived")
    tamper("UPDATE targets_assessment SET light = 5 WHERE id = %s", target.assessments.get().pk)
    assert len(run()[0]) == 1


def test_queries_do_not_grow_with_the_targets_but_the_parts_do(
    django_assert_max_num_queries, run, monkeypatch
):
    costs = []
    for count in (2, 8):
        for _ in range(count):
            file_entry(make_target(), 6, 265, JULY)
        with django_assert_max_num_queries(100) as queries:
            assert run()[1] is None
        costs.append(len(queries))
    assert costs[1] == costs[0] + 1  # the seal made in between
    monkeypatch.setattr(ledgers, "AT_ONCE", 3)
    assert run()[0] == ["共核对10项任务、20个生效日，未发现不符。"]


def test_checks_are_a_plain_list(run, monkeypatch):
    monkeypatch.setattr(verifying, "CHECKS", (*verifying.CHECKS, lambda plan, counts: iter(["缺一份佐证。"])))
    make_target()
    assert run() == (["缺一份佐证。"], "共核对1项任务、1个生效日，发现1处不符。")
    assert Assessment.objects.count() == 1


# --- the audit ------------------------------------------------------------------------------------


def test_records_are_sealed_and_a_forged_one_is_found(target, run, capsys):
    call_command("verify")
    seal = AuditSeal.objects.get()
    assert f"审计日志已封存：第1次，{seal.count}条，摘要{seal.digest}。" in capsys.readouterr().out
    assert run()[1] is None
    first = AuditRecord.objects.earliest("pk").pk
    tamper("UPDATE targets_auditrecord SET subject = %s WHERE id = %s", "别的", first)
    (told,), refusal = run()
    assert told.startswith("审计日志第1次封存（")
    assert told.endswith("不符：记录被修改、删除或补入。")
    assert "1处不符" in refusal or refusal


def test_a_kept_file_that_is_gone_or_changed_is_found(run, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    by = author()
    files = [KeptFile.keep(name.encode(), f"{name}.xlsx", by=by) for name in ("甲", "乙", "丙", "丁")]
    for file in files[:3]:
        file.enter(by=by)
    (tmp_path / files[0].stored_as).unlink()
    (tmp_path / files[1].stored_as).write_bytes(b"other")
    (tmp_path / files[3].stored_as).unlink()  # never entered, so that nothing rests on it
    lines, refusal = run()
    assert [line.partition("：")[0] for line in lines] == ["甲.xlsx", "乙.xlsx"]
    assert refusal


def test_evidence_that_is_gone_or_changed_is_found_and_so_is_a_file_without_a_row(target, run, settings):
    by, entry = author(), draft_entry(target, 7, "270", date(2025, 8, 3))
    files = [KeptFile.keep(name.encode(), f"{name}.pdf", by=by) for name in ("甲", "乙", "丙")]
    Evidence.objects.put(entry, files)
    KeptFile.keep(b"waits", "丁.pdf", by=by)
    assert run()[1] is None
    folder = Path(settings.MEDIA_ROOT)
    (folder / files[0].stored_as).unlink()
    (folder / files[1].stored_as).write_bytes(b"other")
    tamper("UPDATE targets_keptfile SET sha256 = %s WHERE id = %s", "0" * 64, files[2].pk)
    (folder / "kept" / "nobodys").write_bytes(b"x")
    lines, refusal = run()
    assert [line.partition("：")[0] for line in lines[:3]] == ["甲.pdf", "乙.pdf", "丙.pdf"]
    assert lines[3:] == ["文件目录中的kept/nobodys没有对应记录。"]
    assert refusal
