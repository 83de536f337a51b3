"""Recording: what is written inside one act becomes one record, in the same transaction.

    with recording(Act.APPROVE, entry, by=user):
        …  # every save() in here notes its row; the record is written at the end

An act within another one joins it, so a page that saves a row and submits it leaves one record.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.db import models, transaction

from targets.models.audit.record import BETWEEN, AuditRecord, key_of
from targets.models.audit.sender import User
from targets.models.enums import Act

PLAIN = (None, Act.CREATE, Act.CHANGE, Act.DELETE)  # a named act within the same record goes before these

Changes = Mapping[str, list[Any]]  # field → [old, new]


@dataclass(slots=True)
class Recording:
    """The act so far; `journal` lists the rows written, in order, with their changes."""

    act: Act | None = None
    subject: models.Model | None = None
    by: User | None = None
    remark: str = ""
    journal: list[tuple[str, Changes]] = field(default_factory=list)
    unlisted: set[str] = field(default_factory=set)

    def name(
        self, act: Act | None, subject: models.Model | None = None, by: User | None = None, remark: str = ""
    ) -> None:
        """The first named act names the record; who acts and what is remarked is kept once it is known."""
        if self.act in PLAIN and (self.act is None or act not in PLAIN):
            self.act, self.subject = act, subject or self.subject
        self.by = self.by or by
        self.remark = self.remark or remark

    def note(self, row: models.Model, changes: Changes) -> None:
        """Note that the row was written; `changes` maps its changed fields to [old, new]."""
        self.subject = self.subject or row
        self.journal.append((key_of(row), changes))

    def note_digest(self, row: models.Model, digest: str) -> None:
        """Note what a row was that follows from the others; for checking, not among the rows listed."""
        self.note(row, {"digest": [None, digest]})
        self.unlisted.add(key_of(row))

    def note_all(self, rows: Iterable[models.Model]) -> None:
        """Note rows written in bulk by their names alone."""
        for row in rows:
            self.note(row, {})

    def write(self) -> None:
        if self.act is None or not self.journal:
            return
        changes: dict[str, dict[str, list[Any]]] = {}
        for key, changed in self.journal:
            of_row = changes.setdefault(key, {})
            for name, (old, new) in changed.items():
                of_row[name] = [of_row[name][0] if name in of_row else old, new]
        AuditRecord.objects.note(
            self.act,
            self.subject,
            by=self.by,
            rows=BETWEEN.join(["", *(key for key in changes if key not in self.unlisted), ""]),
            changes={key: changed for key, changed in changes.items() if changed},
            remark=self.remark,
        )


_open: ContextVar[Recording | None] = ContextVar("recording", default=None)


@contextmanager
def recording(
    act: Act | None = None, subject: models.Model | None = None, *, by: Any = None, remark: str = ""
) -> Iterator[Recording]:
    """A transaction that leaves one record of the rows written inside; none if nothing was written."""
    outer = _open.get()
    mine = outer or Recording()
    before = (mine.act, mine.subject, mine.by, mine.remark, len(mine.journal))
    token = _open.set(mine)
    try:
        with transaction.atomic():
            mine.name(act, subject, by, remark)
            yield mine
            if outer is None:
                mine.write()
    except BaseException:
        mine.act, mine.subject, mine.by, mine.remark, written = before
        del mine.journal[written:]  # it was rolled back
        raise
    finally:
        _open.reset(token)
