"""The audit: who did what, when and from where. Records are only added, never changed or deleted."""
