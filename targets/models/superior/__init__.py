"""上级报表: the forms that superiors hand down, and which of our rows fill which of their cells."""
