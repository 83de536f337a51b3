"""What the house adds to Django's admin: rights by row, refusals as words, lists that sort and search."""
