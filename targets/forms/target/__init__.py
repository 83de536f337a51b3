"""Forms about a promise as it is written, and about what is noted on it."""
