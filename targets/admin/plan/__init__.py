"""A plan's pages: its course, its periods, rule, holidays and sources."""
