"""Two application servers on one PostgreSQL with a standby; the primary is killed, the standby promoted.

    .venv/bin/python -m tests.away [--seconds 90] [--writers 8] [--promote-after 5]

Makes two servers of PostgreSQL in a temporary folder: the second follows the first, which acknowledges
nothing before it is there (synchronous_standby_names). Both of our servers are given both places with
target_session_attrs=read-write. People who signed in at the first save through both all the time. After a
third of it the primary is killed; some seconds later the standby is promoted, by a person as it were.
Prints how long nobody could save and what was said meanwhile; afterwards the new primary is asked for every
save that was acknowledged, and `verify` for the ledger. Exit 1 where one is lost. Needs PostgreSQL's own
programs; as root they run as the user postgres.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from tests.service.clusters import USER, Cluster, clusters_in_a_folder
from tests.service.desk import Official
from tests.service.people import signed_in
from tests.service.server import Service, serving

PAUSE = 0.3  # seconds between two saves of one person


@dataclass(frozen=True)
class Sent:
    at: float
    port: int
    status: int
    is_done: bool


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.away", description=__doc__)
    parser.add_argument("--seconds", type=int, default=90)
    parser.add_argument("--writers", type=int, default=8)
    parser.add_argument("--promote-after", type=float, default=5, help="seconds from the kill")
    options = parser.parse_args()
    with clusters_in_a_folder() as folder:
        primary = Cluster(folder / "primary")
        primary.make()
        standby = primary.standby(folder / "standby")
        one, two, town = _two_servers(folder, primary, standby, options.writers)
        with serving(one), serving(two):
            officials = signed_in(one.port, town)
            for official in officials[::2]:
                official.browser.port = two.port  # signed in at the other server, and goes on here
            sent, killed, promoted = _kill_while_they_save(officials, primary, standby, options)
            exceptions = [*one.faults(), *two.faults()]
        saves = [save.told() for official in officials for save in official.saves]
        found = one.asked("tests.service.stored", told=saves)
        is_sound = one.manage("verify", check=False)
    _tell(sent, killed, promoted, (one.port, two.port))
    lost, halves = found["lost"], found["halves"]
    print(f"saves sent {len(saves)}, acknowledged {sum(save['is_done'] for save in saves)}")
    print(f"lost {len(lost)}, half {len(halves)}; exceptions in the logs of another kind {len(exceptions)}")
    print(f"verify: {is_sound.stdout.strip().splitlines()[-1]}")
    for line in [*lost, *halves, *exceptions][:10]:
        print(f"  {line}")
    return 1 if lost or halves or exceptions or is_sound.returncode else 0


def _two_servers(
    folder: Path, primary: Cluster, standby: Cluster, writers: int
) -> tuple[Service, Service, dict[str, Any]]:
    places = f"{primary.place},{standby.place}"
    url = f"postgres://{USER}@{places}/{USER}?target_session_attrs=read-write&connect_timeout=3"
    one, two = Service(folder / "one", url), Service(folder / "two", url)
    town = one.asked("tests.service.town", "--targets", 150, "--officials", writers, "--readers", 0)
    two.data.mkdir(mode=0o700)
    shutil.copy(one.data / "secret_key", two.data)
    two.manage("quickstart", "--no-serve", "--no-demo")
    return one, two, town


def _kill_while_they_save(
    officials: list[Official], primary: Cluster, standby: Cluster, options: argparse.Namespace
) -> tuple[list[Sent], float, float]:
    sent: list[Sent] = []
    until = monotonic() + options.seconds

    def work(official: Official) -> None:
        while monotonic() < until:
            page = official.open()
            if official.open_at is None:
                sent.append(Sent(monotonic(), official.browser.port, page.status, False))
            else:
                answer = official.save()
                is_done = official.saves[-1].is_done
                sent.append(Sent(monotonic(), official.browser.port, answer.status, is_done))
            sleep(PAUSE)

    with ThreadPoolExecutor(len(officials)) as pool:
        working = [pool.submit(work, official) for official in officials]
        sleep(options.seconds / 3)
        primary.kill()
        killed = monotonic()
        sleep(options.promote_after)
        standby.promote()
        promoted = monotonic()
        for each in working:
            each.result()
    return sorted(sent, key=lambda each: each.at), killed, promoted


def _tell(sent: list[Sent], killed: float, promoted: float, ports: tuple[int, int]) -> None:
    print(f"promoted {promoted - killed:.1f} s after the kill")
    for name, port in zip(("first", "second"), ports, strict=True):
        mine = [each for each in sent if each.port == port]
        done = [each.at for each in mine if each.is_done]
        last = max((at for at in done if at <= killed), default=killed)
        back = min((at for at in done if at > promoted), default=None)
        answers = Counter("saved" if each.is_done else str(each.status) for each in mine if each.at > killed)
        told = "never again" if back is None else f"again {back - promoted:.1f} s after the promotion"
        print(f"{name} server: last save {killed - last:.1f} s before the kill, {told}")
        print(f"  answers since the kill: {', '.join(f'{what} {n}' for what, n in answers.most_common())}")


if __name__ == "__main__":
    sys.exit(main())
