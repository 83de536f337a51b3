"""The target that most pages are tried with, and the browser of who reports for it."""

import pytest

from tests.factories import author, make_target, staff


@pytest.fixture
def target():
    return make_target(title="全年工业总产值")


@pytest.fixture
def official(client, target):
    client.force_login(staff(author(target.lead_unit)))
    return client
