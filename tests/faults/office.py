"""A service with people at their desks, to whom something happens."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from time import monotonic, sleep
from typing import Any

from tests.service.desk import Official
from tests.service.server import Service

PAUSE = 0.1  # seconds between two saves of one person


@dataclass
class Office:
    service: Service
    town: dict[str, Any]
    officials: list[Official]
    pool: ThreadPoolExecutor

    def save_for(self, seconds: float) -> list[Future[None]]:
        """Everybody saves again and again from now on."""
        until = monotonic() + seconds

        def work(official: Official) -> None:
            while monotonic() < until:
                official.open()
                if official.open_at is not None:
                    official.save()
                sleep(PAUSE)

        return [self.pool.submit(work, official) for official in self.officials]

    def nothing_is_lost(self) -> str:
        """Every save that was acknowledged stands. Returns how many there were."""
        saves = [save for official in self.officials for save in official.saves]
        found = self.service.asked("tests.service.stored", told=[save.told() for save in saves])
        assert found["lost"] + found["halves"] == [], found
        done = sum(save.is_done for save in saves)
        assert done, "nobody could save"
        statuses = sorted({save.status for save in saves if not save.is_done})
        return f"{done} of {len(saves)} saves acknowledged, none lost; the others got {statuses or 'nothing'}"
