"""Figures and their units: how a figure is written and rounded, and which units count single things."""

from decimal import Decimal
from fractions import Fraction

PERCENT = frozenset({"%", "％"})
POINTS = PERCENT | {"‰", "百分点", "个百分点"}  # two such figures differ by points
# Units of single things, which have no half; amounts such as 公里, 亩 or 万人 are measured instead.
_COUNTING = (
    "家 户 个 项 宗 人 名 位 件 条 座 所 处 台 套 辆 张 场 次 人次 批 批次 起 例 株 棵 只 头 支 间 栋 幢 "
    "单元 种 艘 架 部 门 期 届 对 组 队 班 份 篇 本 册 孔 口 眼 盏 块 根 扇 趟 单 户次 家次 场次 课 道"
)
COUNTING_UNITS = frozenset(_COUNTING.split())


def plain(value: Decimal) -> str:
    """Digits and point only: no exponent, no trailing zeros, no minus before zero."""
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text if value else "0"


def half_up(value: Fraction | Decimal, places: int) -> Decimal:
    """`value` with `places` decimals, ties away from zero, computed in whole numbers."""
    scaled = abs(Fraction(value)) * 10**places
    units = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    sign = "-" if value < 0 and units else ""
    return Decimal(f"{sign}{units}E-{places}")


def is_money(unit: str) -> bool:
    """Whether the unit is an amount of money: 元, 万元, 亿美元, 万元/亩. A 单元 is a thing."""
    name = unit.partition("/")[0].strip()
    return name.endswith("元") and not name.endswith("单元")


def is_whole(decimals: int, unit: str, measure: str = "") -> bool:
    """Whether things are counted one by one, so that more than 150 means 151 at least.

    Ranks always are; growth rates and ratios never are, whatever their unit.
    """
    if measure == "rank":
        return True
    return decimals == 0 and unit.strip() in COUNTING_UNITS and measure not in ("growth", "ratio")


def usual_decimals(unit: str, *typed: Decimal | None) -> int:
    """How many decimals a figure of this unit has: the usual number, or more if more were typed."""
    written = [-int(value.normalize().as_tuple().exponent) for value in typed if value]
    return max([2 if is_money(unit) else 1 if unit.strip() in PERCENT else 0, *written])
