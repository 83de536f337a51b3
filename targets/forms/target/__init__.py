"""Forms to write a target, its monthly plan and its notes."""
