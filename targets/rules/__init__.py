"""The rule: it judges reported figures, in pure Python without Django."""
