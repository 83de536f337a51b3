"""总览: how the year stands, from the register's own rows.

`Overview` holds what the page shows; `Tally` counts rows so that the sums add up and knows the filter that
finds them; `History` reads the lights of earlier days from the ledger. None of them judges: a light, a state
of reporting and 沿用 are those of the register's rows.
"""

from targets.register.overview.history import History, Turn
from targets.register.overview.overview import Overview
from targets.register.overview.tally import Count, Group, Tally, shares

__all__ = ["Count", "Group", "History", "Overview", "Tally", "Turn", "shares"]
