import pytest

from tests.factories import coordinator, staff
from tests.superior.world import world


@pytest.fixture
def plan(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return world()


@pytest.fixture
def desk(client, plan):
    """A browser in which the coordinator is signed in."""
    client.force_login(staff(coordinator()))
    return client
