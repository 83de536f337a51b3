"""The plan whose targets the forms name, with what June says of them."""

from datetime import date

from django.contrib.auth.models import User
from django.http import QueryDict

from targets.forms.superior.mapping import MappingForm
from targets.models import KeptFile, SuperiorForm
from tests.factories import coordinator, file_entry, make_plan, make_target

JULY = date(2025, 7, 3)


def world():
    """The plan in force; of its targets the figures of June, and of the road its words."""
    plan = make_plan()
    output = make_target(plan, title="全年规上工业总产值", target_value=520)
    file_entry(output, 6, "265.2", JULY, narrative="产值增长平稳", yoy="6.5")
    file_entry(make_target(plan, title="固定资产投资", target_value=10), 6, "5.2", JULY)
    firms = {"title": "新增规上工业企业", "unit_of_measure": "家", "target_value": 20}
    file_entry(make_target(plan, **firms), 6, "12", JULY)
    air = {"measure": "ratio", "comparator": "gte", "target_value": 90, "unit_of_measure": "%"}
    file_entry(make_target(plan, title="空气质量优良天数比率", **air), 6, "91.5", JULY)
    road = make_target(plan, title="城区道路改造工程", measure="milestone")
    file_entry(road, 6, None, JULY, narrative="已完成招标 <第一标段> & 进场", issues="=征地滞后")
    return plan


def mapping(plan, content, stored=None, **said):
    """The page as proposed, sent back with what a person said, and everything looked at."""
    shown = MappingForm(plan=plan, content=content, name="区表", stored=stored)
    posted = QueryDict(mutable=True)
    values = {name: shown[name].value() for name in shown.fields if name != "checked"}
    posted.update({name: "" if value is None else str(value) for name, value in values.items()})
    posted.update({"checked": "on", **said})
    return MappingForm(posted, plan=plan, content=content, name="区表", stored=stored)


def mapped(plan, content, name="区表", **said):
    form = mapping(plan, content, name=name, **said)
    assert form.is_valid(), form.errors
    assert form.may_be_kept()
    stored = SuperiorForm(plan=plan)
    by = User.objects.filter(groups__name="统筹员").first() or coordinator()
    file = KeptFile.keep(content, "区表.xlsx", by=by)
    stored.keep(form.told(), file, by=None, seen=0)
    return stored
