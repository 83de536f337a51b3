"""What waits for a person: reports owed, decisions, targets to be defined, deadlines that come near."""

from targets.todo.gather import Todo
from targets.todo.owed import Queues, queues
from targets.todo.reminders import Reminder, UnitsTodo

__all__ = ["Queues", "Reminder", "Todo", "UnitsTodo", "queues"]
