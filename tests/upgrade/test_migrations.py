"""What is out stays as it is, and no migration hangs on code that goes on changing."""

import ast
from hashlib import sha256
from pathlib import Path

import pytest
from django.db import models

import targets.migrations
from targets.models import base

FOLDER = Path(targets.migrations.__file__).parent
MIGRATIONS = {path.stem: path for path in sorted(FOLDER.glob("[0-9]*.py"))}
# Databases in use have run them: a change would reach new ones only. Whatever changes is a new migration.
OUT = {
    "0001_initial": "064627fee184f218fa018ab8e4c80591dfb032b8576f83e6cf3e18db8d508088",
    "0002_roles_rules_and_holidays": "11d243f8a9e89e57df2a0244f4a819b6460edb3d22679705bd6c0d28e1da6f0d",
    "0003_direction_and_rules": "2ddf95ea519c06427f74e47d0e3c287f9b9be8fd2742ff3abcb202774226b3fb",
    "0004_days_of_issue": "28bffa7e2b8d30c5304dece14e14ae758abca1286e908feebebd6ac0cfc371c0",
    "0005_final_nodes_and_editions": "30dda2eb935f4ae148f9d6dcf06a97f47701c583581f13dd791d57c62773f768",
    "0006_who_leads_and_how_it_is_reported": "cbbc42dfd633983ca082095603e1e074778984ed68cab5c73e3c0c3ff386afa0",  # noqa: E501
    "0007_second_hands": "660e4185994731520c5db31e63d32ea545dfdb97bdc118ec9c168b09b48dce84",
    "0008_each_plan_its_own": "a60841d99b944c69a5e495f075a54a0c256eeb84dff11b9bde6d0ebc57e63da5",
    "0009_accounts": "0614db9a05df24f7488811d79cb3bcb04ea10b7acea98152fc0828f883f9b810",
}
FIELDS = "targets.models.base"  # the classes of columns; each migration writes out its own arguments


@pytest.mark.parametrize("name", OUT)
def test_a_migration_that_is_out_stays_as_it_is(name):
    assert sha256(MIGRATIONS[name].read_text("utf-8").encode()).hexdigest() == OUT[name]


@pytest.mark.parametrize("path", MIGRATIONS.values(), ids=MIGRATIONS)
def test_a_migration_reads_no_code_of_the_product_but_classes_of_columns(path):
    tree = ast.parse(path.read_text("utf-8"))
    assert [name for name in imported(tree) if is_own(name) and name != FIELDS] == []
    used = {ast.unparse(node).removeprefix(f"{FIELDS}.") for node in ast.walk(tree) if is_of(FIELDS, node)}
    assert [name for name in used if not is_column(getattr(base, name))] == []


def imported(tree):
    """Every module an import names, with the `from` and the dots before it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield f"from {'.' * node.level}{node.module or ''}"


def is_own(module):
    return module.removeprefix("from ").split(".")[0] in ("", "targets", "tracker", "tests")


def is_of(module, node):
    return isinstance(node, ast.Attribute) and ast.unparse(node.value) == module


def is_column(found):
    return isinstance(found, type) and issubclass(found, models.Field)
