"""Forms about one entry: logging, reviewing, correcting."""
