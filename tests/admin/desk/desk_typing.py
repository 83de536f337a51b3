"""Typing into pages of many rows as a browser does: every field as shown, but for what is typed."""

from django.urls import reverse

DESK = reverse("admin:targets_progressentry_desk")


def desk(target, number=6, address=DESK):
    return f"{address}?plan={target.plan.code}&period={number}&unit={target.lead_unit_id}"


def row(page, target):
    """The form of the target's row."""
    return next(form for form in page.context["grid"] if form.line.target == target)


def as_shown(page):
    """Field → text, as a browser posts what nobody touched."""
    data = {}
    for form in page.context["grid"]:
        if not (form.line.is_asked and form.line.is_editable):
            continue
        for field in form:
            value = field.value()
            if isinstance(value, list):  # ticked files
                data[field.html_name] = ["", *value]
            elif value not in (None, False):
                data[field.html_name] = "on" if value is True else str(value)
    return data


def typed(page, values):
    """`values` maps a target to {field: text}."""
    data = as_shown(page)
    for target, fields in values.items():
        names = {field.name: field.html_name for field in row(page, target)}
        data |= {names[field]: text for field, text in fields.items()}
    return data


def fill(client, target, values, act, number=6):
    """Open the desk of the target's unit, type, press a button."""
    page = client.get(desk(target, number))
    return client.post(desk(target, number), {**typed(page, values), act: "1"})


def confirm(client, page, target, number=6):
    """确认提交 on the page that asks once."""
    chosen = [f"{line['entry'].pk}.{line['entry'].version}" for line in page.context["lines"]]
    return client.post(desk(target, number), {"entry": chosen, "_confirm": "1"}, follow=True)


def told(page):
    return " ".join(str(message) for message in page.context["messages"])
