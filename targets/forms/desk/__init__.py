"""Forms of many entries on one page."""
