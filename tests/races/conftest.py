"""Races between processes: how they are started, and what they leave behind."""

from concurrent.futures import ProcessPoolExecutor

import pytest
from django.db import connection

from tests.races import worker


@pytest.fixture(autouse=True, scope="module")
def what_migrations_made(django_db_setup, django_db_blocker):
    """These tests empty the tables when they are done; other tests expect groups and the rule."""
    yield
    with django_db_blocker.unblock():
        connection.creation.deserialize_db_from_string(connection._test_serialized_contents)


@pytest.fixture
def race(transactional_db):
    """Play each (function, arguments) in a process of its own; what each one answered."""

    def play(*parts):
        database = {name: connection.settings_dict[name] for name in ("ENGINE", "NAME")}
        meeting = worker.CONTEXT.Barrier(len(parts))
        given = {"initializer": worker.prepare, "initargs": (database, meeting)}
        connection.close()
        with ProcessPoolExecutor(len(parts), mp_context=worker.CONTEXT, **given) as people:
            answers = [people.submit(act, *arguments) for act, *arguments in parts]
            return [answer.result(timeout=300) for answer in answers]

    return play
