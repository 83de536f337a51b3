"""Units, people, accounts, and what they did."""
