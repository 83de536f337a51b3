"""What a database held and what was shown of it: read from one, written into another, compared."""

import gzip
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from django.apps import apps as current
from django.core.management.color import no_style
from django.db import connection, transaction
from django.utils import translation

from targets.management.commands.status import record
from targets.models import Plan
from targets.register.register import Register
from targets.register.row import RegisterRow

FOLDER, SUFFIX = Path(__file__).parent, ".json.gz"
DAY = date(2026, 11, 21)  # on which the database was made: DEMO is of 2026, DEMO0 of 2025
PLANS = ("DEMO", "DEMO0", "WH25", "WH22")
# Day shown, and the day whose end it is shown as known at; without one as known on DAY.
ASKED = (
    (date(2022, 12, 31), None),
    (date(2025, 1, 20), None),
    (date(2025, 4, 30), date(2025, 5, 10)),
    (date(2025, 6, 30), None),
    (date(2025, 12, 31), date(2026, 1, 15)),
    (date(2026, 1, 31), None),
    (date(2026, 3, 31), date(2026, 4, 10)),
    (date(2026, 6, 30), None),
    (date(2026, 9, 30), date(2026, 10, 15)),
    (DAY, None),
    (date(2026, 12, 31), None),
)
TOTALS = "totals"

Tables = dict[str, dict[str, list[Any]]]
Cells = dict[str, dict[str, dict[str, Any]]]  # register → code of the target → column → what it says


class Difference(NamedTuple):
    """One cell that reads otherwise than it did."""

    plan: str
    on: str
    known_at: str
    code: str  # of the target, or "totals"
    column: str  # "listed" where the whole row came or went
    before: Any
    after: Any


def write(migration: str) -> Path:
    path = FOLDER / f"{migration}{SUFFIX}"
    text = json.dumps({"tables": tables(), "registers": registers()}, ensure_ascii=False, default=str)
    path.write_bytes(gzip.compress(text.encode(), mtime=0))  # the same bytes for the same state
    return path


def captured() -> list[str]:
    """The migrations of which a state is kept."""
    return sorted(path.name.removesuffix(SUFFIX) for path in FOLDER.glob(f"*{SUFFIX}"))


def read(migration: str) -> tuple[Tables, Cells]:
    state = json.loads(gzip.decompress((FOLDER / f"{migration}{SUFFIX}").read_bytes()))
    return state["tables"], state["registers"]


# --- the rows ---------------------------------------------------------------------------------


def tables(apps: Any = current) -> Tables:
    """All rows but those that migrations write about the code itself, as models of that state read them."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        columns = [field.attname for field in model._meta.concrete_fields]
        rows = model._base_manager.order_by("pk").values_list(*columns)
        if model._meta.app_label in ("targets", "auth") and model._meta.model_name != "permission" and rows:
            found[model._meta.label_lower] = {"columns": columns, "rows": [list(row) for row in rows]}
    return found


def as_read(found: Any) -> Any:
    """As it comes back from a file: days and numbers are text."""
    return json.loads(json.dumps(found, default=str))


def fill(wanted: Tables, apps: Any) -> None:
    """Write the rows with the models of that state; what its migrations made has to be there alike."""
    made = as_read(tables(apps))
    assert made == {label: wanted[label] for label in made}
    models = [apps.get_model(label) for label in wanted if label not in made]
    with transaction.atomic(), connection.cursor() as cursor:  # foreign keys are looked at when it ends
        for model in models:
            table = wanted[model._meta.label_lower]
            rows = [model(**dict(zip(table["columns"], row, strict=True))) for row in table["rows"]]
            model._base_manager.bulk_create(rows)
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


# --- what is shown of them --------------------------------------------------------------------


def registers() -> Cells:
    """Every cell of the registers asked for, by `plan on known_at`."""
    with translation.override("zh-hans"):
        return {
            " ".join((code, str(on), str(known_at or ""))): _cells(
                Register.at(Plan.objects.get(code=code), as_of=on, known_at=known_at, today=DAY)
            )
            for code in PLANS
            for on, known_at in ASKED
        }


def _cells(register: Register) -> dict[str, dict[str, Any]]:
    summary = register.listing().summary
    counts = {status.key: count for status, count in summary.statuses}
    totals = {**counts, "on_schedule_rate": summary.on_schedule_rate}
    return as_read({TOTALS: totals, **{row.target.code: _shown(row) for row in register.rows()}})


def _shown(row: RegisterRow) -> dict[str, Any]:
    """The columns of `status --format json`, and what page and workbook show beside them."""
    return {
        **record(row),
        "goal": row.goal,
        "baseline": row.baseline_value,
        "yoy": row.yoy,
        "carried": row.target.carried,
        "reporting_label": str(row.reporting.label),
        "remarks": row.remarks,
        "supporting_units": row.supporting_units,
        "accountable_leader": row.leader,
        **{name: row.words(name) for name in ("narrative", "issues", "next_steps")},
    }


def differences(before: Cells, after: Cells) -> Iterator[Difference]:
    """Cell by cell; columns that came since are no difference."""
    for register, rows in before.items():
        plan, on, known_at = register.split(" ")
        for code in dict.fromkeys([*rows, *after[register]]):
            was, now = rows.get(code), after[register].get(code)
            if was is None or now is None:
                yield Difference(plan, on, known_at, code, "listed", was is not None, now is not None)
                continue
            for column, value in was.items():
                if now.get(column) != value:
                    yield Difference(plan, on, known_at, code, column, value, now.get(column))
            if code == TOTALS:
                yield from (
                    Difference(plan, on, known_at, code, column, None, now[column])
                    for column in now
                    if column not in was
                )
