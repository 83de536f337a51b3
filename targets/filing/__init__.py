"""Everything one may file: the occasion of an entry, the lines of the desks, what to look at twice."""
