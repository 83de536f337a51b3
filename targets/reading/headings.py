"""The column headings that offices use in tables of targets."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from targets.reading import periods
from targets.reading.periods import CURVE, STAGE

__all__ = [
    "CURVE",
    "EITHER",
    "HEADINGS",
    "STAGE",
    "Headings",
    "as_chosen",
    "columns",
    "headings",
    "plain",
    "unit_in",
    "without_unit",
]

# Field → its headings; the first is its name on the page.
HEADINGS: dict[str, tuple[str, ...]] = {
    name: tuple(words.split())
    for name, words in {
        "number": """
            序号 编号 项次 号 项目编号 任务编号
        """,
        "title": """
            目标任务 工作任务 重点任务 重点工作 任务 事项 工作内容 主要任务 任务内容 内容与要求 具体内容
            项目名称 指标名称 考核指标 主要指标 工作事项 攻坚目标任务 工作目标及任务要求 指标 项目
            工作要点 重点事项 实事项目 项目内容 任务名称 重点工作任务 主要工作 主要工作任务 具体任务
            工作项目 目标任务名称 重点项目 重点工作内容 工作事项内容 实事内容 建设项目 目标项目 考核项目
            考核内容 督办事项 任务事项
        """,
        "lead_unit": """
            牵头单位 责任单位 牵头责任单位 主办单位 责任科室 牵头科室 责任部门 牵头部门 主要责任单位
            承办单位 牵头责任部门 承办部门 主办部门 实施单位 落实单位 牵头办 主责单位 承办科室
            责任单位及责任人 责任科室及责任人 牵头单位及责任人
            主要负责单位 负责单位 主责部门 责任主体 责任处室 牵头处室 落实部门 责任村居
        """,
        "supporting_units": """
            配合单位 协办单位 协同单位 配合科室 配合部门 协办部门 参与单位 责任配合单位 协同部门
            配合单位及责任人 配合科室及责任人 配合部门及责任人
            配合责任单位 参加单位 协作单位 协助单位 配合处室 参与部门 参加部门 协同责任单位 协作部门
        """,
        "due": """
            完成时限 完成时间 时限 时间节点 办结时限 完成期限 计划完成时间 时限要求 完成时间节点
            办理时限 完成日期 时间要求 截止时间 计划完成时限 办结时间 完成节点 时间安排 完成时间要求
            计划完成日期 预计完成时间 办结期限
            结束时间 结束日期 完工时间 完工日期 截止日期 办结日期 计划完工时间 拟完成时间 完成月份
            完成时点 竣工时间 计划竣工时间
        """,
        "accountable_leader": """
            责任领导 牵头领导 分管领导 责任人 包保领导 挂点领导 牵头责任领导 包联领导 挂钩领导 联系领导
            主管领导 包抓领导 挂帅领导 责任区领导 责任县领导 责任镇领导 牵头区领导 联系区领导 分管负责人
            牵头负责人 责任人员
        """,
        "domain": """
            领域 类别 板块 分类 任务类别 一级指标 工作类别 指标类别 所属领域 任务分类 类型 项目类别
            工作板块 工作领域 任务领域 指标分类 工作分类
        """,
        "unit_of_measure": """
            单位 计量单位 计算单位 指标单位 计量单位名称 数量单位
        """,
        "value": """
            目标值 目标 年度目标值 年度目标 指标值 具体目标 量化目标 年度目标任务 年度工作目标 全年目标
            年度计划 计划目标 年度指标 目标数 计划数 计划值 年度计划数 年度目标数 全年任务 量化指标
            年度任务数 目标任务数 目标要求 工作目标 任务目标 年度任务 目标内容 考核目标 绩效目标
            全年计划 年度任务目标 年度目标要求 年度具体目标 年度考核目标 任务数 任务指标 年度总目标
            预期目标 年度建设目标 年度目标任务数 年度推进目标
        """,
        "baseline": """
            上年基数 上年完成 基数 基期值 上年完成数 上年实绩 上年实际 上年末数 基期 上年数 上年完成值
            上年完成情况 上年基期 基准值 上年同期数 去年完成 去年基数 上年度完成 上年值 上年数据
            上年水平 基准数
        """,
        "step": """
            推进步骤 工作步骤 实施步骤 步骤 推进措施 工作节点 关键节点 节点 节点任务 阶段任务 阶段目标
            节点目标 工作安排 工作任务安排 进度安排 推进计划 工作计划 实施计划 序时安排 形象进度
            阶段性目标
        """,
        "item": """
            件号 件次 件序 实事序号 实事编号 实事件号 实事件次
        """,
        "score": """
            分值 分数 考核分值 标准分 标准分值 基准分 赋分 满分 权重分 分值权重 考核分数 基础分
        """,
        "note": """
            备注 说明 备注说明 情况说明 其他说明 补充说明
        """,
    }.items()
}
# Headings of the goal if another column names the task; else these head the task itself.
EITHER = frozenset(["目标", "任务目标", "年度任务", "工作目标", "目标要求", "年度目标任务", "目标内容"])
# These head the content of a task that another column names: it says the goal.
_CONTENTS = """
    具体内容 工作内容 任务内容 项目内容 实事内容 主要内容 建设内容 重点工作内容 工作事项内容 具体任务 主要任务
    内容与要求 考核内容 工作任务 目标任务 主要工作任务 重点任务
"""
CONTENTS = frozenset(_CONTENTS.split())
# Below 2026年目标 these head its amounts, beside those of its growth.
_AMOUNTS = frozenset(["总量", "数值", "绝对值", "绝对数", "总值", "总额", "绝对量"])
# Of an assessment's levels, the lowest names the task where no other column does.
LEVELS = ("四级指标", "三级指标", "二级指标")
_LIKE_A_TASK = re.compile(".{0,8}(?:任务|事项|项目|内容|指标|工作|原文)")
_BLANKS = re.compile(r"[\s\u3000\u00a0*＊]+")
_BRACKETS = re.compile(r"[（(\[【].*?[）)\]】]|[:：]$")
_LABELLED = re.compile(r"[:：]\s*\S")  # 填报日期：2026年1月20日 heads nothing
_UNIT = re.compile(r"[（(](?:单位[:：])?([^（）()]{1,8})[）)]$")
# Headings of what was done; 计划完成 is still to come.
_DONE = re.compile("(?<!计划)(?<!预计)(?<!拟)(?<!应)完成|实际|实绩|同期|上年|去年")
_YEARS = re.compile("(?:19|20|21)[0-9]{2}(?=年)")
_YEAR = re.compile(r"^((?:19|20|21)[0-9]{2})年度?")


@dataclass(frozen=True, slots=True)
class Headings:
    """The headings of a table as written, and the field of each column; `rows`: how many rows they fill."""

    words: list[str]
    fields: list[str]
    rows: int = 1
    lines: tuple[list[str], ...] = ()  # as they stand in the table

    def unit_of(self, name: str) -> str:
        """目标值（万元） says the unit of its column."""
        for words, known in zip(self.words, self.fields, strict=True):
            if known == name and (unit := unit_in(words)):
                return unit
        return ""


def as_chosen(found: Headings, chosen: Mapping[str, str], year: int | None) -> Headings:
    """With the fields that people chose for these headings before; no other heading then has such a field."""
    mine = [chosen.get(plain(words, year)) for words in found.words]
    taken = set(filter(None, mine))
    pairs = zip(mine, found.fields, strict=True)
    return replace(
        found, fields=[("" if name in taken else name) if said is None else said for said, name in pairs]
    )


def unit_in(heading: str) -> str:
    """目标值（万元） → 万元; empty without brackets at its end."""
    found = _UNIT.search(_BLANKS.sub("", heading))
    return found[1] if found else ""


def without_unit(heading: str) -> str:
    return _UNIT.sub("", _BLANKS.sub("", heading))


def columns(row: Sequence[str], year: int | None = None) -> list[str] | None:
    """The field of each heading, empty for an unknown heading; None if these are no headings.

    The heading of the task itself may be unknown where most of the others are not.
    """
    found = _fields(row, year)
    known, filled = sum(map(bool, found)), sum(map(bool, row))
    return found if known > 1 and ("title" in found or known < filled <= 2 * known) else None


def headings(table: Sequence[Sequence[str]], year: int | None = None) -> tuple[int, Headings] | None:
    """The row index of the first headings, and the headings: two rows if the first groups others."""
    for place, row in enumerate(table):
        below = table[place + 1] if place + 1 < len(table) else []
        if _are_grouped(row, below, year):
            named, words = _joined(row, below, year)
            if fields := columns(named, year):
                return place, Headings(words, fields, 2, (list(row), list(below)))
        if fields := columns(row, year):
            return place, Headings(list(row), fields, 1, (list(row),))
    return None


def _fields(row: Sequence[str], year: int | None) -> list[str]:
    named = [plain(cell, year) for cell in row]
    found = periods.settled([_field(words) for words in named])
    if "title" not in found:
        either = next((place for place, words in enumerate(named) if words in EITHER), None)
        if either is None and sum(map(bool, found)) > 1:
            either = _like_a_title(named, found)
        if either is not None:
            found[either] = "title"
    elif "value" not in found:
        first, *others = [place for place, name in enumerate(found) if name == "title"]
        # 实事项目 | 具体内容, in either order: the content is what is to be reached
        contents = [place for place in others if named[place] in CONTENTS and named[first] not in CONTENTS]
        if contents:
            found[contents[0]] = "value"
    return found


def _like_a_title(named: Sequence[str], found: Sequence[str]) -> int | None:
    """The column that names the task by the end of its heading, or by its level in an assessment."""
    free = [place for place, name in enumerate(found) if not name and not _DONE.search(named[place])]
    levels = [place for level in LEVELS for place in free if named[place] == level]
    return next(iter([*levels, *(place for place in free if _LIKE_A_TASK.fullmatch(named[place]))]), None)


def plain(heading: str, year: int | None) -> str:
    """Without blanks, brackets and the plan's own year: 2026年目标值（万元） → 年度目标值."""
    words = _BLANKS.sub("", heading)
    words = _BRACKETS.sub("", words) or words
    if not (found := _YEAR.match(words)):
        return words
    rest, stated = words[found.end() :], int(found[1])
    if year is not None and stated < year - 1:
        return words  # 2024年实绩 in a plan of 2026 is no baseline
    is_past = (year is not None and stated < year) or "完成" in rest or "实" in rest or "基" in rest
    if not is_past and periods.field_of(rest):
        return rest
    return f"上年{rest}" if is_past else f"年度{rest}"


def _field(words: str) -> str:
    return next((name for name, known in HEADINGS.items() if words in known), "") or periods.field_of(words)


def _are_grouped(row: Sequence[str], below: Sequence[str], year: int | None) -> bool:
    """Whether the second row names what stands below headings over several columns: 一季度, 牵头单位."""
    if any(_LABELLED.search(_BRACKETS.sub("", cell)) for cell in row):
        return False
    filled = [place for place, cell in enumerate(below) if cell]
    alone = [place for place, cell in enumerate(row) if cell and not (place < len(below) and below[place])]
    known = _fields(below, year)
    is_over = any(place >= len(row) or not row[place] for place in filled)
    if len(filled) < 2 or not alone or not is_over:
        return False
    # Beside 牵头单位 there may be an unknown heading (增幅), but no row of targets is without its task.
    names = [place for place, name in enumerate(_fields(row, year)) if name in ("title", "number")]
    is_apart = bool(names) and not any(place in filled for place in names)
    count = sum(bool(known[place]) for place in filled)
    return count == len(filled) or (is_apart and count > 1)


def _joined(row: Sequence[str], below: Sequence[str], year: int | None) -> tuple[list[str], list[str]]:
    """Of each column: the heading that says its field, and both headings together.

    A period below 完成 or an earlier year says what was done in it, and is no part of the plan.
    """
    group, named, words = "", [], []
    for place in range(max(len(row), len(below))):
        upper = row[place] if place < len(row) else ""
        lower = below[place] if place < len(below) else ""
        group = upper or group
        both = f"{group} {lower}" if lower else upper
        years = map(int, _YEARS.findall(group))
        is_done = _DONE.search(group) or any(year is not None and each < year for each in years)
        said = both if is_done and periods.field_of(plain(lower, year)) else lower or upper
        named.append(group if plain(lower, year) in _AMOUNTS and not is_done else said)
        words.append(both)
    return named, words
