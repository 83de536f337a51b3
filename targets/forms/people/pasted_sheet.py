"""A list of people as it was pasted: which column holds what, and one person a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from targets.reading.headings import without_unit
from targets.reading.pasted import cells, kind_apart
from targets.reading.rows import split_units

# Field → its headings; the first is its name in messages.
HEADINGS: dict[str, tuple[str, ...]] = {
    name: tuple(words.split())
    for name, words in {
        "name": "姓名 名字 人员 人员姓名 责任人 联系人",
        "post": "职务 岗位 职务职级 职位 行政职务 职务名称",
        "units": "单位 科室 部门 所在单位 工作单位 所在科室 单位名称 所属单位 处室 站所",
        "also_in": "兼任单位 兼任 兼职单位 兼任科室",
        "roles": "角色 系统角色 权限 账号角色 用户角色",
        "username": "账号 用户名 登录名 帐号 登录账号 账户 系统账号",
    }.items()
}
KNOWN = {heading: name for name, headings in HEADINGS.items() for heading in headings}


@dataclass(frozen=True, slots=True)
class Sheet:
    """`rows`: for each person the cells by field, with the number of the line they stood in.

    `left_out`: lines that are no person. `unused`: headings of columns that nothing is taken from.
    `filled`: lines whose unit stands in a merged cell above.
    """

    rows: list[tuple[int, dict[str, str]]]
    left_out: list[tuple[int, str]]
    unused: list[str]
    filled: set[int]


def read(text: str) -> Sheet | None:
    """The people below the first line that names 姓名 and one column more; None without such a line."""
    table = cells(text)
    heads = [[KNOWN.get(without_unit(cell), "") for cell in row] for row in table]
    top = next((n for n, named in enumerate(heads) if "name" in named and sum(map(bool, named)) > 1), None)
    if top is None:
        return None
    named = [name if name not in heads[top][:n] else "" for n, name in enumerate(heads[top])]
    unused = [words for words, name in zip(table[top], named, strict=True) if words and not name]
    sheet = Sheet([], [], unused, set())
    above = ""
    for index, row in enumerate(table):
        place, filled = index + 1, [cell for cell in row if cell]
        if not filled or index == top:
            continue
        found = _by_field(row, named)
        if index < top or heads[index] == heads[top] or kind_apart(filled) or not any(found.values()):
            sheet.left_out.append((place, "　".join(filled)))
            continue
        if "units" in found and not found["units"] and above and found["name"]:
            found["units"] = above
            sheet.filled.add(place)
        above = found.get("units", "")
        sheet.rows.append((place, found))
    return sheet


def _by_field(row: Sequence[str], named: Sequence[str]) -> dict[str, str]:
    found = dict.fromkeys(filter(None, named), "")
    found |= {name: cell for name, cell in zip(named, row, strict=False) if name}
    return found


def names_in(cell: str) -> list[str]:
    """The units, or the roles, that a cell names: 经发办、财政所."""
    leading, others = split_units(cell)
    return [*leading, *others]
