"""Revisions: requests to change a promise, their approval, and the promise as it read on any day."""
