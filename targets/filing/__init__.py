"""Filing: the occasion of an entry, the lines of the desks, and what needs a second look."""
