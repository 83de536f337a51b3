"""Our words displace Django's own only where we say so: both catalogues are one, and ours is asked first."""

import gettext
from pathlib import Path

import django
from django.conf import settings

from targets.admin.wording import REWORDED

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
