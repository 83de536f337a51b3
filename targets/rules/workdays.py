"""Working days: Monday to Friday, with the exceptions of the yearly holiday notice."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Workdays:
    """`exceptions` maps a day to whether it is worked: holidays rest, make-up days are worked."""

    exceptions: Mapping[date, bool] = field(default_factory=dict)

    def works(self, day: date) -> bool:
        return self.exceptions.get(day, day.weekday() < 5)

    def on_or_after(self, day: date) -> date:
        """The day itself if it is worked, else the next day that is."""
        while not self.works(day):
            day += timedelta(1)
        return day

    def after(self, day: date, days: int) -> date:
        """`days` working days after `day`."""
        for _ in range(days):
            day = self.on_or_after(day + timedelta(1))
        return day
