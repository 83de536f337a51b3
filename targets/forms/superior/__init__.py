"""上级报表: which row and column of a superior's form is which of ours."""
