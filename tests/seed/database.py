"""The database as a whole: written once for a module, and compared before and after."""

from contextlib import contextmanager

from django.apps import apps
from django.contrib.auth.models import User
from django.db import transaction


@contextmanager
def rolled_back(blocker):
    """For a fixture of a whole module: what is written inside is gone afterwards."""
    with blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


def everything():
    models = [*apps.get_app_config("targets").get_models(), User]
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}
