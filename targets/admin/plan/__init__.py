"""A plan's pages: its steps, periods, light rule, holidays and sources."""
