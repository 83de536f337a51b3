"""What changes a promise: the request, who signs it, and how the promise read on any day."""
