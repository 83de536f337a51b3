"""A target's pages: the promise as it is written, and its ledger to read."""
