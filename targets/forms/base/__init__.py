"""Base of all forms: parsed fields, refusals, and no overwriting of changes the user has not seen."""
