"""Targets: the promise, its nodes and sources, and the queries that read it as of a day."""
