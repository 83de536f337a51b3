"""The rule: what a reported figure means, in pure Python without Django."""
