"""Numbers, months and lists in templates, printed by the one hand that prints them everywhere."""

from django import template

from targets import explain

register = template.Library()
register.filter("number", lambda value: explain.number(None if value == "" else value))
register.filter("listed", explain.listed)
register.filter("month", lambda day: explain.month_of(day, day))


@register.filter
def unlocalized(number):
    """A coordinate as SVG reads it, whatever the language's decimal point."""
    return str(number)
