"""What waits for a person: reports owed, decisions, targets to be defined, deadlines that come near."""

from targets.todo.gather import Todo
from targets.todo.owed import Queues, queues

__all__ = ["Queues", "Todo", "queues"]
