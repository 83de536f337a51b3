"""Days and months as the forms write them, in Chinese whatever language the interface is shown in."""

from __future__ import annotations

from datetime import date

from targets.register.register import Register

QUARTERS = {3: "一季度", 6: "上半年", 9: "前三季度", 12: "全年"}


def day(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"


def months(register: Register) -> str:
    """What the figures of a period cover: 1—6月."""
    first, last = register.plan.starts_on, register.on
    if first.year != last.year:
        return f"{first.year}年{first.month}月—{last.year}年{last.month}月"
    return f"{last.month}月" if first.month == last.month else f"{first.month}—{last.month}月"


def quarters(register: Register) -> str:
    """一季度, 上半年, 前三季度 or 全年 where the period ends one, in a plan that begins with the year."""
    if register.period is None or register.plan.starts_on != date(register.on.year, 1, 1):
        return ""
    return QUARTERS.get(register.on.month, "")
