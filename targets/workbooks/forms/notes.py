"""填报说明: what the tables are of, by which rule, and how their words are meant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from targets import explain
from targets.models import Target
from targets.models.enums import FigureFrom
from targets.register.columns import Column, Kind
from targets.register.register import Register
from targets.register.row import RegisterRow
from targets.workbooks.content import Content
from targets.workbooks.days import covered, day, known
from targets.workbooks.sheets import A4, Sheet

MEANINGS = (
    (
        "完成率",
        "本期累计完成数÷年度目标；净增类为较基数的净增量÷应净增量；节点类为已完成节点的权重占比。汇总表中为已完成项数÷任务数。",
    ),
    ("序时进度", "按目标期限内已过月数的占比计；有分月计划的，按计划已到月份的应完成数÷年度目标计。"),
    ("进度差", "完成率－序时进度，单位为百分点；控制类目标为正表示超出序时。"),
    (
        "达序时率",
        "已完成、当前达标和绿灯项数÷计入项数；不亮灯、力争类不计入，沿用以前月份数据的计入分母、不计入分子。",
    ),
    ("沿用上期", "本期数据未报，亮灯依最近一期数据，标○、△、□；未报送不改变亮灯。"),
    ("不足五项不计率", "计入项数少于5项的，达序时率、完成率以“—”表示。"),
    ("符号", "“—”表示不适用或未设目标，空白表示未报送；“0”为实际数。"),
    ("数据修约", "以原始数计算，结果四舍五入保留一位小数，分项之和与总计可能略有出入。"),
)


class Note(NamedTuple):
    number: int
    item: str
    text: str


def _rows(content: Content) -> Iterator[Note]:
    for number, (item, text) in enumerate(_notes(content), 1):
        yield Note(number, item, text)


def _notes(content: Content) -> Iterator[tuple[str, str]]:
    register, rows = content.register, content.overview.rows
    plan, period = register.plan, register.period
    issued = f"，{day(plan.issued_on)}印发" if plan.issued_on else ""
    yield "目标来源", "，".join(filter(None, (plan.title, plan.document_no))) + issued
    yield "数据所属期", f"{covered(register)}{known(register)}"
    if period:
        figures = f"；统计数据{day(period.figures_due_on)}前" if period.figures_due_on else ""
        yield "报送截止", f"文字进展{day(period.words_due_on)}前{figures}；审核{day(period.review_due_on)}前"
    yield "亮灯规则", rule_in_words(register)
    yield from MEANINGS
    yield "数据来源", _sources(rows)
    yield from _definitions(content)


def rule_in_words(register: Register) -> str:
    rule = register.plan.light_rule
    nodes = f"逾期次日起黄灯，超过{rule.node_days}天红灯" if rule.has_amber else "到期未完成即红灯"
    return (
        f"{rule}：{explain.pace_bands(rule.as_rule())}；节点{nodes}；期限已过仍未达到的为到期未完成或逾期。"
    )


def _sources(rows: list[RegisterRow]) -> str:
    counted = Counter(row.promised.figure_from for row in rows if row.is_counted)
    units = counted.total() - counted[FigureFrom.STATISTICS]
    words = sum(not row.is_counted for row in rows)
    told = [
        ("统计部门", counted[FigureFrom.STATISTICS]),
        ("牵头单位", units),
        ("节点和定性事项由牵头单位报送", words),
    ]
    return "；".join(f"{source}{count}项" for source, count in told if count) + "。"


def _definitions(content: Content) -> Iterator[tuple[str, str]]:
    """口径 of the targets listed that state one."""
    stated = Target.objects.filter(plan=content.register.plan).exclude(definition="")
    words = dict(stated.values_list("pk", "definition"))
    for row in content.overview.rows:
        # A table of the past has read what the changes since said.
        text = row.target.__dict__.get("definition", words.get(row.target.pk, ""))
        if text:
            yield "指标口径", f"{row.target.number}. {row.target.title}：{text}"


NOTES: Sheet[Note] = Sheet(
    "填报说明",
    title="重点目标任务填报说明",
    columns=(
        Column("number", Kind.INTEGER, lambda note: note.number, sheet="序号", width=6),
        Column("item", Kind.WORD, lambda note: note.item, sheet="项目", width=18),
        Column("text", Kind.TEXT, lambda note: note.text, sheet="说明", width=110),
    ),
    rows=_rows,
    paper=A4,
)
