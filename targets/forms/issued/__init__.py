"""What a coordinator types around an issue of the month's report."""
