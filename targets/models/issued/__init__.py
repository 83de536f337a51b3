"""期: the month's report as it was handed out, kept cell for cell; and its words, polished before that."""
