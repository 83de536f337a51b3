"""import_plan: a draft plan filled from a workbook at a terminal, with the rights and checks of the page."""

import pytest
from django.core.management import CommandError, call_command

from targets.models import AuditRecord, OrgUnit, Target
from tests import files
from tests.factories import coordinator, make_plan, make_target, make_unit, make_user
from tests.files import hostile

pytestmark = pytest.mark.django_db

HEADINGS = ["序号", "目标任务", "责任单位", "完成时限", "目标值"]
ROWS = [
    ["2026年重点任务"],
    HEADINGS,
    ["1", "新建绿道", "农办", "10月底", "5公里"],
    ["2", "油茶面积", "农办、财政所", "年底", "不低于上年"],
    ["合计"],
]


@pytest.fixture
def plan():
    make_unit("农办")
    make_unit("财政所")
    return make_plan("P26", year=2026, state="drafting")


@pytest.fixture
def runner():
    return coordinator()


@pytest.fixture
def run(tmp_path, capsys, plan, runner):
    """Run the command on rows or bytes; return what it said, line by line."""

    def run(content=ROWS, *more, username=runner.username, code="P26"):
        path = tmp_path / "分解表.xlsx"
        path.write_bytes(content if isinstance(content, bytes) else files.table(content))
        call_command("import_plan", str(path), "--plan", code, "--as", username, *more)
        return capsys.readouterr().out.splitlines()

    return run


def problems(run, *args, **named):
    with pytest.raises(CommandError) as refused:
        run(*args, **named)
    assert refused.value.returncode == 1
    assert not Target.objects.filter(plan__code="P26").exists()
    return str(refused.value).splitlines()


def test_the_rows_of_a_workbook_become_targets(run, plan, runner):
    assert run() == [
        "已读取文件“分解表.xlsx”的工作表“表1”。",
        "第1行（表头以上）：2026年重点任务",
        "第2行（表头）：序号　目标任务　责任单位　完成时限　目标值",
        "第5行（合计、附注或落款）：合计",
        "第4行“油茶面积”：与上年或他方比较，没有写明对方数值",
        "已写入2项目标。",
    ]
    first, second = plan.targets.order_by("number")
    assert (first.title, first.target_value, first.state) == ("新建绿道", 5, "active")
    assert (second.stated_as, second.state) == ("不低于上年", "undefined")
    record = AuditRecord.objects.latest("pk")
    assert (record.act, record.name) == ("load", runner.username)


def test_a_dry_run_says_the_same_and_writes_nothing(run, plan):
    assert run(ROWS, "--dry-run")[-1] == "将写入2项目标。"
    assert not plan.targets.exists()
    assert not AuditRecord.objects.filter(act="load").exists()


def test_the_same_workbook_twice_changes_nothing_and_says_so(run, plan):
    run()
    records = AuditRecord.objects.count()
    assert run()[-1] == "这张表的2行都已在本计划中，没有可写入的行。"
    assert (plan.targets.count(), AuditRecord.objects.count()) == (2, records)


def test_each_problem_is_a_line_and_nothing_is_written(run):
    rows = [
        *ROWS[:3],
        ["3", "路灯", "陌生办", "", "9盏"],
        ["4", "", "农办", "", "9盏"],
        ["5", "桥", "农办", "2027年3月底"],
    ]
    told = problems(run, rows)
    assert [words.split("：")[0] for words in told] == ["陌生办", "第5行“目标任务”", "第6行“完成时限”"]


def test_a_workbook_that_cannot_be_read_is_one_problem(run):
    for name in ("xls", "encrypted", "half", "billion laughs"):
        (told,) = problems(run, hostile.FILES[name][0]())
        assert told.endswith("。")


def test_a_file_that_is_not_there_is_named(plan, runner):
    with pytest.raises(CommandError, match=r"没有|无法读取"):
        call_command("import_plan", "/none/分解表.xlsx", "--plan", "P26", "--as", runner.username)


def test_goals_that_stand_in_the_words_are_to_be_said(run, plan):
    rows = [["目标任务", "责任单位"], ["新建绿道5公里", "农办"], ["做好防汛", "农办"]]
    (told,) = problems(run, rows)
    assert told.startswith("没有认出目标值所在的列")
    assert run(rows, "--goals-in-words")[-1] == "已写入2项目标。"


def test_a_sheet_is_chosen_by_its_name(run, plan):
    def sheet(title):
        return files.sheet(*(
            files.row(number, *(files.words(f"{chr(65 + at)}{number}", text) for at, text in enumerate(line)))
            for number, line in enumerate([HEADINGS, ["1", title, "农办", "年底", "5公里"]], start=1)
        ))  # fmt: skip

    data = files.book(sheet("绿道"), sheet("步道"), names=["一", "二"])
    (told,) = problems(run, data, "--sheet", "三")
    assert told == "--sheet: 没有可读取的工作表“三”，可读取的有：一、二。"
    assert run(data, "--sheet", "二")[0] == "已读取文件“分解表.xlsx”的工作表“二”。"
    assert plan.targets.get().title == "步道"


@pytest.mark.parametrize("role", ["填报员", "领导", "统筹员"])
def test_who_does_not_run_the_plan_is_refused(run, role):
    elsewhere = OrgUnit(name="他镇")
    elsewhere.save()
    make_user("他人", elsewhere if role == "统筹员" else make_unit("农办"), role)
    assert problems(run, username="他人") == ["只有本辖区的统筹员可以办理该计划。"]


def test_an_account_switched_off_or_unknown_is_refused(run, runner):
    runner.is_active = False
    runner.save()
    assert problems(run) == ["只有本辖区的统筹员可以办理该计划。"]
    assert problems(run, username="无人")[0].startswith("--as")


def test_a_plan_that_is_issued_takes_no_rows(run, plan):
    make_target(make_plan("P25"), number=1)
    with pytest.raises(CommandError, match="只有草拟中的计划"):
        run(ROWS, code="P25")
    with pytest.raises(CommandError, match="P99"):
        run(ROWS, code="P99")


def test_a_table_is_put_on_a_list_with_what_the_plan_has_already(run, plan):
    rows = [[*HEADINGS, "分值"], ["1", "新建绿道", "农办", "10月底", "5公里", "4"]]
    assert run(rows)[-1] == "已写入1项目标。"
    first = plan.targets.get()
    rows.append(["1", "安装路灯", "农办", "10月底", "90盏", "6"])
    dry = run(rows, "--list", "民生实事", "--dry-run")
    assert dry[-2:] == ["将写入1项目标。", "将把计划已有的1项目标列入清单。"]
    assert not plan.lists.exists()
    said = run(rows, "--list", "民生实事")
    assert f"第2行“新建绿道”：只将{first}列入清单，本行其他内容不写入。" in said
    assert said[-2:] == ["已写入1项目标。", "计划已有的1项目标已列入清单。"]
    places = plan.lists.get(name="民生实事").places.values_list("target__title", "number", "score")
    assert list(places) == [("新建绿道", "1", 4), ("安装路灯", "1", 6)]
    assert run(rows, "--list", "民生实事")[-1] == "这张表的2行都已在本计划中，没有可写入的行。"
