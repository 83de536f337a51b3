"""Seals: each takes in the digests of its records and of the seal before it.

A record that is changed, deleted or put in later no longer fits its seal. A seal's digest on paper
also shows that the newest seals were not removed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils.translation import gettext as _

from targets.models.audit.record import AuditRecord, AuditSeal

SEALED = [field.attname for field in AuditRecord._meta.concrete_fields if field.name != "seal"]
AT_ONCE = 500  # records, below the number of values that SQLite takes in one statement


def seal() -> AuditSeal | None:
    """Seal the records that have no seal yet, in one batch. Returns the newest seal, if there is any."""
    with transaction.atomic():
        # Who seals at the same time wants the same records, and waits for them.
        keys = list(AuditRecord.objects.unsealed())
        last = AuditSeal.objects.order_by("number").last()
        if not keys:
            return last
        batches = [keys[start : start + AT_ONCE] for start in range(0, len(keys), AT_ONCE)]
        rows = (row for batch in batches for row in _rows(pk__in=batch))
        new = AuditSeal(number=last.number + 1 if last else 1, count=len(keys))
        new.digest = _digests(last.digest if last else "", rows, new)[-1]
        new.save()
        for batch in batches:
            AuditRecord.objects.seal(new, batch)
    return new


def broken_seals() -> list[str]:
    """What no longer fits, in words: a seal whose records were changed, or a gap between seals."""
    found, before = [], ""
    for number, each in enumerate(AuditSeal.objects.order_by("number"), start=1):
        if each.number != number:
            found.append(_("Seal %(number)s of the audit is missing.") % {"number": number})
            return found
        if each.digest not in _digests(before, _rows(seal=each), each):
            words = {"number": number, "day": each.sealed_at, "count": each.count}
            found.append(
                _(
                    "Seal %(number)s of the audit (%(count)s records, sealed %(day)s) does not fit: records "
                    "were changed, removed or added."
                )
                % words
            )
        before = each.digest
    return found


def _rows(**condition: Any) -> Iterator[tuple[Any, ...]]:
    return AuditRecord.objects.filter(**condition).order_by("pk").values_list(*SEALED).iterator()


def _digests(before: str, rows: Iterator[tuple[Any, ...]], seal: AuditSeal) -> tuple[str, str]:
    """The digest of the seal before, the records and the seal's own columns; first the older form of it,
    which did without these.
    """
    digest = sha256(before.encode())
    for row in rows:
        digest.update(_line(row))
    older = digest.hexdigest()
    digest.update(_line((seal.number, seal.count, seal.sealed_at)))
    return older, digest.hexdigest()


def _line(values: tuple[Any, ...]) -> bytes:
    return json.dumps(values, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False).encode()
