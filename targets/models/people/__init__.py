"""Units, the people in them, their roles and rights: `rights` holds each right as one condition."""
