"""People with their accounts, one at a time and pasted from a sheet."""
