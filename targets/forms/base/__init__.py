"""What all forms share: fields read by the one reader, refusals, and no unseen overwriting."""
