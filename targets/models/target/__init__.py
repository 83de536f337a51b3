"""What was promised: the target, its nodes and sources, and the queries that read it on a day."""
