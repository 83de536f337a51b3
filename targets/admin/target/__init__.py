"""A target's pages: its form and its read-only ledger."""
