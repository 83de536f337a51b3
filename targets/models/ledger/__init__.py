"""What was judged: one row for each day a fact took effect, appended and never edited."""
