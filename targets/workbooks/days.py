"""Days and months as the forms write them, in Chinese whatever language the interface is shown in."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone

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


def covered(register: Register) -> str:
    """The same with its year: 2026年1—6月; of a day, 截至2026年6月16日."""
    if register.period is None:
        return f"截至{day(register.on)}"
    is_of_years = register.plan.starts_on.year != register.on.year
    return months(register) if is_of_years else f"{register.on.year}年{months(register)}"


def known(register: Register) -> str:
    """By what was known when, if not by all."""
    if register.known_at is None:
        return ""
    if isinstance(register.known_at, datetime):
        moment = timezone.localtime(register.known_at)
        return f"，按{day(moment)}{moment:%H:%M}所知"
    return f"，按{day(register.known_at)}所知"
