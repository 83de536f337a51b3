"""LibreOffice opens a filled form; `python -m tests.superior` has it open all of them."""

import pytest

from targets.workbooks.superior import fill
from tests.factories import coordinator
from tests.filing.libreoffice import SOFFICE
from tests.superior.forms import FORMS
from tests.superior.opened import recalculated, wrong
from tests.superior.world import JULY, mapped, world

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db,
    pytest.mark.skipif(SOFFICE is None, reason="needs LibreOffice"),
]


def test_formulas_are_worked_out_anew(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "kept"
    plan, form = world(), FORMS["formulas in the very cells"]()
    stored = mapped(plan, form.content)
    path = tmp_path / "1.xlsx"
    path.write_bytes(fill(stored, plan.periods.get(number=6), viewer=coordinator(), today=JULY).content)
    recalculated([path], tmp_path)
    assert wrong(form, (tmp_path / "opened" / path.name).read_bytes()) == {}
