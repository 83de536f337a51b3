"""Everything read about a plan on a day, as known at a moment."""
