"""Which entries a target should point to, by a plain search of all its entries."""

from targets.models import ProgressEntry


def newest_by_search(target):
    """The newest report and the newest entry with a value, each or None."""
    last = {}
    for entry in ProgressEntry.objects.filter(target=target, state="approved").order_by("revision_no"):
        last[entry.period_id, entry.part] = entry
    counting = sorted(
        (entry for entry in last.values() if not entry.is_void),
        key=lambda entry: (entry.period.period_end, entry.pk),
    )
    reports = [entry for entry in counting if entry.part == "report"]
    valued = [entry for entry in counting if entry.value is not None]
    return reports[-1] if reports else None, valued[-1] if valued else None
