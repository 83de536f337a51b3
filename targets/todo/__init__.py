"""What waits for a person: reports owed, decisions, targets to be defined, deadlines that come near."""

from targets.todo.gather import Todo
from targets.todo.owed import count_own

__all__ = ["Todo", "count_own"]
