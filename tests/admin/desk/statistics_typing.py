"""Typing official statistics as a browser does, and what is stored then."""

from datetime import date

from django.urls import reverse

from targets.models import ProgressEntry
from tests.factories import file_entry, make_target
from tests.pages import form_on

DESK = reverse("admin:targets_progressentry_statistics")
JUNE, JULY = date(2025, 6, 23), date(2025, 7, 18)
SOURCE = {"source-source_ref": "区统计局6月月报", "source-published_on": "2025年7月18日"}
REASON = {"source-reason": "统计局修订"}


def address(*numbers):
    return f"{DESK}?plan=P25" + "".join(f"&period={number}" for number in numbers)


def indicator(title="规上工业增加值", **fields):
    return make_target(title=title, figure_from="statistics", **fields)


def cells(page, target=None):
    """Period → form, of one target."""
    forms = [form for form in page.context["grid"] if target is None or form.line.target == target]
    return {form.line.period.number: form for form in forms}


def fill(client, values, act, *numbers, said=SOURCE):
    """`values` maps (target, period) to {field: text}."""
    page = client.get(address(*numbers))
    data = {**form_on(page, "desk"), **said, act: "1"}
    for (row, number), fields in values.items():
        prefix = cells(page, row)[number].prefix
        data |= {f"{prefix}-{name}": text for name, text in fields.items()}
    return client.post(address(*numbers), data, follow=True)


def confirm(client, page, *numbers):
    entries = [f"{line['entry'].pk}.{line['entry'].version}" for line in page.context["lines"]]
    return client.post(address(*numbers), {"entry": entries, "_confirm": "1"}, follow=True)


def stored(target, number=6):
    return ProgressEntry.objects.filter(target=target, period__number=number).order_by("revision_no")


def approved(target, number, value):
    return file_entry(target, number, value, JULY, part="statistic", narrative="")
