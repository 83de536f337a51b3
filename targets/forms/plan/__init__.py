"""Forms about a plan: its acts, its holidays, and the rows pasted to set it up."""
