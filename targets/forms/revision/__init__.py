"""Forms that request a revision of the promise, or decide on one."""
