"""Our words displace Django's own only where we say so: both catalogues are one, and ours is asked first."""

import gettext
import re
from pathlib import Path

import django
import pytest
from django.conf import settings

from targets.admin.base.wording import REWORDED
from targets.models import Domain
from tests.factories import make_plan

OURS = settings.LOCALE_PATHS[0] / "zh_Hans/LC_MESSAGES/django.mo"
# Where both mean the same and only the wording differs, ours may stand.
SAME_MEANING = {"username", *REWORDED}


def catalogue(path):
    with path.open("rb") as file:
        return {key: text for key, text in gettext.GNUTranslations(file)._catalog.items() if key}


def djangos():
    home = Path(django.__file__).parent
    own = home / "conf/locale/zh_Hans/LC_MESSAGES/django.mo"
    return [own, *home.glob("contrib/*/locale/zh_Hans/LC_MESSAGES/django.mo")]


def test_no_word_of_ours_changes_one_of_djangos():
    ours = catalogue(OURS)
    for path in djangos():
        theirs = catalogue(path)
        shared = {key for key in ours.keys() & theirs.keys() if isinstance(key, str)} - SAME_MEANING
        changed = {key: (ours[key], theirs[key]) for key in shared if ours[key] != theirs[key]}
        assert changed == {}, path


def test_what_is_reworded_is_still_said_by_django():
    said = {key for path in djangos() for key in catalogue(path)}
    assert set(REWORDED) - said == set()


def test_templates_leave_punctuation_to_the_catalogue():
    """What is Chinese for all readers are whole sentences: refusals, and the line at the foot."""
    found = {
        path.name: line.strip()
        for path in (settings.BASE / "templates").rglob("*.html")
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search("[、，；：（）]", line) and not re.search("[\u4e00-\u9fff]{4}", line)
    }
    assert found == {}


@pytest.mark.django_db
def test_pages_of_django_s_own_call_nobody_by_the_familiar_you(admin_client):
    """An office writes 您, or no pronoun at all."""
    domain = Domain.objects.create(plan=make_plan(), name="产业")
    own, accounts, domains = "/password/", "/admin/auth/user/", "/admin/targets/domain/"
    pages = [
        admin_client.get(own),
        admin_client.post(own, {"old_password": "x", "new_password1": "admin", "new_password2": "admin"}),
        admin_client.get(accounts),
        admin_client.get(f"{domains}{domain.pk}/delete/"),
    ]
    for button in ("_continue", "_addanother"):
        for place in (f"{domain.pk}/change/", "add/"):
            saved = admin_client.post(
                f"{domains}{place}",
                {"plan": domain.plan_id, "name": button + place, "order": 1, button: "1"},
                follow=True,
            )
            assert "成功" in str(*saved.context["messages"])
            pages.append(saved)
    assert [page.status_code for page in pages] == [200] * 8
    assert [page.request["PATH_INFO"] for page in pages if "你" in page.content.decode()] == []
