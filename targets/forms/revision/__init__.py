"""Forms that ask for a change of the promise, or decide on one."""
