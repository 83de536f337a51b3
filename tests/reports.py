"""How a target's report stands, as a register of the day reads it."""

from targets.models import Plan
from targets.register.register import Register


def answer(target, on, *, known_at=None, viewer=None, today=None):
    """`today` is the day on which the table is looked at; the day it shows unless given."""
    plan = Plan.objects.get(pk=target.plan_id)
    listing = Register(plan, on, known_at, viewer, None, today or on).listing()
    return listing.answers[target.pk]
