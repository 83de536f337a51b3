"""The roles that work with targets, and the units that run plans."""

from targets.models.enums import Role, UnitKind

SEATS = (UnitKind.TOWNSHIP, UnitKind.GOVERNMENT)  # units that run plans of their own
# the roles that work with targets
ROLES = (Role.REPORTER, Role.REVIEWER, Role.COORDINATOR, Role.STATISTICIAN, Role.LEADER)
