"""Text and codes as they are kept, in every model alike."""

from datetime import date

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import TextField

from targets.models import Domain, OrgUnit, Plan, Source, Target
from targets.models.base import clean_text, plain_code
from tests.factories import draft_entry, make_plan, make_target, make_unit
from tests.refusals import refused

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "position", "code"),
    [
        pytest.param("\x00甲", 1, "0000", id="NUL first"),
        pytest.param("甲\x1f乙", 2, "001F", id="unit separator"),
        pytest.param("甲乙\x7f丙", 3, "007F", id="delete"),
        pytest.param("甲\ud800乙", 2, "D800", id="half of a pair"),
        pytest.param("甲乙\ufffe丙", 3, "FFFE", id="not a character"),
        pytest.param("  甲\x0b乙", 4, "000B", id="counted as typed, blanks before it too"),
    ],
)
def test_what_cannot_be_printed_is_refused_with_its_position(text, position, code):
    with pytest.raises(ValidationError) as caught:
        clean_text(text)
    assert (caught.value.code, caught.value.params) == ("unprintable", {"position": position, "code": code})


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        pytest.param("  按计划推进\u3000\u00a0", "按计划推进", id="trimmed"),
        pytest.param("一是\t开工\r\n二是\n封顶", "一是\t开工\r\n二是\n封顶", id="tab and line ends are text"),
        pytest.param("㐂𠮷 😀 مرحبا", "㐂𠮷 😀 مرحبا", id="rare, emoji, right to left"),
        pytest.param("=1+1", "=1+1", id="what a workbook would calculate"),
    ],
)
def test_text_is_trimmed_and_otherwise_kept(text, kept):
    assert clean_text(text) == kept


@pytest.mark.parametrize(
    ("field", "row"),
    [
        (
            "title",
            lambda: Target(plan=make_plan(), measure="qualitative", state="watch", lead_unit=make_unit()),
        ),
        ("name", OrgUnit),
        ("name", Domain),
        ("title", Source),
        ("title", lambda: Plan(code="A", year=2025, jurisdiction=make_unit())),
    ],
    ids=["target", "unit", "domain", "source", "plan"],
)
def test_every_model_names_the_field_of_a_control_character(field, row):
    made = row()
    setattr(made, field, "甲\x00")
    with refused(field):
        made.save()


def test_every_bad_field_of_an_entry_is_named_at_once():
    entry = draft_entry(make_target(), 1, None, date(2025, 2, 3))
    entry.narrative, entry.issues = "甲\x00", "乙\ud800"
    with refused("narrative", "issues"):
        entry.save()


def test_every_model_keeps_the_length_of_its_words():
    """Django leaves it to forms: a command, an import and the shell would store any length."""
    entry = draft_entry(make_target(), 1, None, date(2025, 2, 3))
    entry.narrative, entry.support_needed = "长" * 2000, "长" * 1001
    with refused("support_needed"):
        entry.save()
    entry.support_needed = f" {'长' * 1000} "
    entry.save()
    with pytest.raises(ValidationError):
        Target.clean_rows([Target(plan=make_plan(), title="甲", lead_unit=make_unit(), note="长" * 2001)])
    checked = {
        (model, field.name): field.max_length
        for model in apps.get_app_config("targets").get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, TextField) and field.max_length
    }
    assert len(checked) >= 8
    for (model, name), longest in checked.items():
        with pytest.raises(ValidationError) as caught:
            model(**{name: "长" * (longest + 1)}).clean_fields()
        assert str(longest) in " ".join(caught.value.message_dict[name])


@pytest.mark.parametrize(
    "typed",
    ["wh25-01", "WH25-01", "ＷＨ２５－０１", " wh25－01 "],
    ids=["lower", "plain", "full width", "mixed"],
)
def test_codes_are_folded_to_one_form(typed):
    assert plain_code(typed) == "WH25-01"
