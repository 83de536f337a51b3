"""Units, the people in them, their roles, and who may do what: `rights` holds each right as one condition."""
