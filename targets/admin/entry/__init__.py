"""One entry's pages: log, submit, review, correct."""
