"""Revisions of the promise (目标变更): request, wording and decision."""
