"""What was reported: an entry, who had a hand in it, and the acts from draft to approval."""
