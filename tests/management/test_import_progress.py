"""`import_progress FILE … --as USER [--dry-run]`: what the page does, and a line for each problem."""

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from targets.models import AuditRecord, KeptFile, ProgressEntry
from tests.factories import at, author, coordinator, draft_entry, make_plan, make_target, make_unit
from tests.filing.sheets import JULY, edited, filled, made

pytestmark = pytest.mark.django_db
WORDS = {"value": 265.2, "narrative": "新上两条生产线", "issues": "用工不足", "next_steps": "增加招工"}


@pytest.fixture(autouse=True)
def _in_july(monkeypatch, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    monkeypatch.setattr(timezone, "now", lambda: at(JULY))


@pytest.fixture
def told(tmp_path, capsys):
    """The lines that the command says about these contents, and how it ends."""

    def say(*contents, by=None, **options):
        paths = []
        for number, content in enumerate(contents, start=1):
            paths.append(str(tmp_path / f"表{number}.xlsx"))
            (tmp_path / f"表{number}.xlsx").write_bytes(content)
        try:
            call_command("import_progress", *paths, username=(by or author()).username, **options)
            end = ""
        except CommandError as failed:
            end = str(failed)
        return capsys.readouterr().out.splitlines(), end

    return say


def test_a_sheet_is_entered_with_its_file(told):
    target = make_target(make_plan())
    content = filled(made(target.plan), {target.code: WORDS})
    assert told(content, dry_run=True) == (["表1.xlsx：新报1项，无变化0项，未填0项。"], "")
    assert not ProgressEntry.objects.exists()
    assert not KeptFile.objects.exists()
    lines, end = told(content)
    assert (lines, end) == (["表1.xlsx：新报1项，无变化0项，未填0项。 已提交审核1项，存为草稿0项。"], "")
    entry = ProgressEntry.objects.get()
    assert (entry.state, entry.source_file.name) == ("submitted", "表1.xlsx")
    assert AuditRecord.objects.filter(act="file", by=author()).count() == 1
    assert told(content) == (["表1.xlsx：新报0项，无变化1项，未填0项。"], "")
    assert KeptFile.objects.count() == 1


def test_what_was_not_read_in_is_told(told):
    target = make_target(make_plan())
    lines, end = told(edited(made(target.plan), {target.code: WORDS}, rows={9: {3: "注：初步数"}}))
    assert (lines[1:], end) == (["表1.xlsx：“填报表”C9，不在填写范围内，没有读入：注：初步数"], "")
    assert ProgressEntry.objects.exists()


def test_each_problem_is_a_line_and_the_other_file_is_entered(told):
    plan = make_plan()
    wrong, right = make_target(plan), make_target(plan, lead_unit=make_unit("农业办"))
    first = edited(made(plan), {wrong.code: {**WORDS, "value": "二百", "answer": "差不多"}})
    second = filled(made(plan, unit=right.lead_unit), {right.code: WORDS})
    lines, end = told(first, second, b"MZ", by=coordinator())
    assert [line.partition("：")[0] for line in lines] == ["表1.xlsx", "表1.xlsx", "表2.xlsx", "表3.xlsx"]
    assert "G6" in lines[0]
    assert "二百" in lines[0]
    assert end == "有问题的文件未写入任何内容。"
    assert [entry.target for entry in ProgressEntry.objects.all()] == [right]


def test_what_was_filed_meanwhile_is_for_a_person_to_decide(told):
    target = make_target(make_plan(), title="产值")
    content = filled(made(target.plan), {target.code: WORDS})
    draft_entry(target, 6, "250", JULY)
    lines, end = told(content)
    assert "“产值”" in lines[0]
    assert end
    assert ProgressEntry.objects.get().value == 250


def test_an_unknown_user_and_a_missing_file_are_named(told, tmp_path):
    with pytest.raises(CommandError):
        call_command("import_progress", str(tmp_path / "x.xlsx"), username="nobody")
    with pytest.raises(CommandError):
        call_command("import_progress", str(tmp_path / "没有.xlsx"), username=author().username)
