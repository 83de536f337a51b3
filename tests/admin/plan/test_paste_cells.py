"""Tables made at random, by text and by file: every cell is in the plan or named on the page."""

import io
import random

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from targets.reading.grid import as_text
from targets.reading.rows import split_units
from tests.admin.plan.test_paste_tables import Pasted, held, unspaced
from tests.factories import make_unit

pytestmark = pytest.mark.django_db

UNITS = ("农办", "财政所", "经发办")
CELLS = {
    "序号": ("{n}", "{n}.", "（{n}）", "1.{n}", "①", ""),
    "领域": ("产业发展", "民生保障", ""),
    "重点任务": (
        "新建绿道{n}", "规上工业企业数{n}", "税收收入{n}", "办结率、满意率{n}", "推进招商{n}",
        "完成投资{n}亿元", "污水厂{n}期6月底前开工，12月底前通水", "PM2.5浓度{n}", "失业率{n}",
    ),
    "目标值": (
        "{n}公里", "不少于{n}家", "{n}.5亿元", "95%以上", "增长6%左右", "较上年提高2个百分点", "全省前{n}",
        "翻一番", "主体完工", "#REF!", "持续改善", "1,2345万元", "{n}", "",
    ),
    "计量单位": ("公里", "家", "亿元", "%", ""),
    "上年基数": ("{n}", "约{n}", "—", ""),
    "一季度": ("{n}", "完成招标", ""),
    "上半年": ("{n}", "主体封顶", "50%", ""),
    "牵头单位": UNITS,
    "配合单位": ("财政所、经发办", "各村（社区）", "农办（牵头）、财政所", ""),
    "完成时限": ("12月底", "2026-06-30", "长期坚持", "3年内", "6月底前", ""),
    "责任领导": ("副镇长 张", "李四", ""),
    "推进步骤": ("勘察；设计", "试运转", ""),
    "备注": ("见附件{n}", "分期\n实施", ""),
    "督办方式": ("现场{n}", ""),
    "2025年完成情况": ("已完成{n}", ""),
}  # fmt: skip
FEET = (["合计", "", "若干项"], ["注：指标口径以统计为准。"], ["审核人：", "", "填表人："])


def table(seed):
    """Title, headings in any order, tasks with rows of steps below them, sections, a foot."""
    chance = random.Random(seed)
    needed = ["重点任务", "目标值", "牵头单位"]
    named = needed + chance.sample(sorted(set(CELLS) - set(needed)), chance.randint(1, 7))
    chance.shuffle(named)
    rows = [["附件1"], [f"示例镇2026年重点任务分解表{seed}"]] if chance.random() < 0.5 else []
    rows.append(named)
    for number in range(1, chance.randint(3, 9)):
        if chance.random() < 0.15:
            rows.append([f"{'一二三四五六七八九'[number]}、板块{number}"])
        rows.append([_cell(chance, heading, number) for heading in named])
        if chance.random() < 0.2 and "推进步骤" in named:
            rows.append([f"第{number}步" if heading == "推进步骤" else "" for heading in named])
    return [*rows, *(foot for foot in FEET if chance.random() < 0.4)]


def _cell(chance, heading, number):
    return chance.choice(CELLS[heading]).format(n=number + 1)


def is_found(cell, found):
    """Several units of a cell stand apart; a number is kept without its full stop."""
    leading, helping = split_units(cell)
    parts = [*leading, *helping] if {*leading, *helping} <= {*UNITS} else [cell.removesuffix(".")]
    return all(unspaced(part) in found for part in parts)


def as_file(rows):
    book = Workbook()
    for number, row in enumerate(rows, start=1):
        for place, text in enumerate(row, start=1):
            if text:
                book.active.cell(number, place, text).data_type = "s"
    data = io.BytesIO()
    book.save(data)
    return {"file": SimpleUploadedFile("分解表.xlsx", data.getvalue())}


@pytest.mark.parametrize("door", ["text", "file"])
@pytest.mark.parametrize("seed", range(24))
def test_every_cell_of_a_table_is_in_the_plan_or_named(client, seed, door):
    for name in UNITS:
        make_unit(name)
    rows = table(seed)
    sent = {"text": as_text(rows)} if door == "text" else as_file(rows)
    pasted = Pasted(client, text=as_text(rows), door=lambda text: sent)
    found = "".join(map(held, pasted.targets)) + unspaced(pasted.page)
    told = [cell for row in rows for cell in row if cell]
    assert [cell for cell in told if not is_found(cell, found)] == []
    assert pasted.written.status_code == 302 or pasted.errors


def test_steps_beside_quarters_in_words_are_kept(client):
    make_unit("农办")
    rows = [["任务", "一季度", "上半年", "推进步骤", "责任单位", "目标值"],
            ["污水厂", "完成招标", "主体封顶", "试运转", "农办", "年内通水"]]  # fmt: skip
    (target,) = Pasted(client, text=as_text(rows)).targets
    assert target.milestones.count() == 3
    assert "试运转" in target.note
