"""Numbers, months and lists in templates, formatted by `explain` as everywhere else."""

from django import template

from targets import explain

register = template.Library()
register.filter("number", lambda value: explain.number(None if value == "" else value))
register.filter("percentage", explain.percentage)
register.filter("listed", explain.listed)
register.filter("short_day", explain.short_day)
register.filter("month", lambda day: explain.month_of(day, day))


@register.filter
def unlocalized(number: float) -> str:
    """Return a coordinate as SVG reads it, whatever the language's decimal point."""
    return str(number)
