"""Our additions to Django's admin: permissions by row, readable refusals, lists that sort and search."""
