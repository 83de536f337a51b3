"""The ledger of verdicts: rows for each day on which a fact took effect, appended and never edited."""
