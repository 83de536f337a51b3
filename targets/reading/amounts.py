"""Converts an amount typed with its unit to the unit that was asked for: 58000万元 is 5.8亿元.

The result is only proposed, never stored: the person who typed the amount confirms it.
"""

from __future__ import annotations

import re
from fractions import Fraction

_SCALES = {
    "": 1,
    "百": 100,
    "千": 1000,
    "万": 10**4,
    "百万": 10**6,
    "千万": 10**7,
    "亿": 10**8,
    "万亿": 10**12,
}
_SCALE = re.compile(r"(万亿|千万|百万|亿|万|千|百)?(.*)", re.DOTALL)
_PART = re.compile(r"([0-9][0-9,]*(?:\.[0-9]+)?)([^0-9.,]*)")
_GROUPED = re.compile(r"[0-9]+|[1-9][0-9]{0,2}(?:,[0-9]{3})+")
# Units of one kind, each in the first unit of its group.
_ALIKE: tuple[dict[str, Fraction], ...] = (
    {"米": Fraction(1), "公里": Fraction(1000), "千米": Fraction(1000), "里": Fraction(500)},
    {
        "亩": Fraction(1), "公顷": Fraction(15), "平方公里": Fraction(1500), "平方千米": Fraction(1500),
        "平方米": Fraction(15, 10_000),
    },
    {
        "公斤": Fraction(1), "千克": Fraction(1), "斤": Fraction(1, 2), "吨": Fraction(1000),
        "克": Fraction(1, 1000),
    },
    {"升": Fraction(1), "立方米": Fraction(1000), "方": Fraction(1000)},
    {"千瓦时": Fraction(1), "度": Fraction(1)},
)  # fmt: skip


def in_unit(text: str, unit: str) -> Fraction | None:
    """The amount `text` states, in `unit`; None if it states none, or a unit of another kind.

    `text` holds plain digits. A scale without a unit, as in 36.8亿, applies to the unit asked for.
    """
    parts = list(_PART.finditer(text))
    if not unit or not parts or "".join(part[0] for part in parts) != text:
        return None
    total, before = Fraction(0), None
    for place, part in enumerate(parts, start=1):
        scale, base = _split(part[2].strip())
        is_last = place == len(parts)
        if (not is_last and (base or scale == 1)) or not _GROUPED.fullmatch(part[1].partition(".")[0]):
            return None
        if before is not None and (scale >= before or not (base or scale > 1)):
            return None  # 2亿3 does not say three of what
        factor = _factor(base if is_last else "", unit if is_last else "")
        if factor is None:
            return None
        # 2亿3000万元: the unit of the last part applies to all parts
        total = (total + Fraction(part[1].replace(",", "")) * scale) * factor
        before = scale
    return total / _split(unit.strip())[0]


def _split(unit: str) -> tuple[int, str]:
    """万人次 → 10000 人次. A name such as 千米 or 百分点 is no scale of something else."""
    if any(unit in alike for alike in _ALIKE) or unit == "百分点":
        return 1, unit
    found = _SCALE.fullmatch(unit)
    assert found
    return _SCALES[found[1] or ""], found[2]


def _factor(base: str, unit: str) -> Fraction | None:
    """How many of the unit's own base are in one of `base`."""
    own = _split(unit.strip())[1]
    if base in ("", own):
        return Fraction(1)
    for alike in _ALIKE:
        if base in alike and own in alike:
            return alike[base] / alike[own]
    return None
