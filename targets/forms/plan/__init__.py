"""Forms of a plan: its steps, its holidays, and the pasted rows that fill it."""
