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
        last = AuditSeal.objects.select_for_update().order_by("-number").first()
        keys = list(AuditRecord.objects.filter(seal=None).order_by("pk").values_list("pk", flat=True))
        if not keys:
            return last
        batches = [keys[start : start + AT_ONCE] for start in range(0, len(keys), AT_ONCE)]
        rows = (row for batch in batches for row in _rows(pk__in=batch))
        new = AuditSeal.objects.create(
            number=last.number + 1 if last else 1,
            count=len(keys),
            digest=_digest(last.digest if last else "", rows),
        )
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
        if _digest(before, _rows(seal=each)) != each.digest:
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


def _digest(before: str, rows: Iterator[tuple[Any, ...]]) -> str:
    digest = sha256(before.encode())
    for row in rows:
        digest.update(json.dumps(row, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False).encode())
    return digest.hexdigest()
