from __future__ import annotations

import argparse
import sys
from concurrent.futures import ThreadPoolExecutor
from time import monotonic

import tests.faults
from tests.faults import databases, servers
from tests.faults.office import Office
from tests.service.people import signed_in
from tests.service.place import own_place
from tests.service.server import Service, serving

TRIED = {
    "locked": databases.locked, "backup": databases.backup, "sigterm": servers.sigterm,
    "exports": servers.exports, "hostile": servers.hostile, "readonly": databases.readonly,
    "damaged": databases.damaged, "unmigrated": databases.unmigrated, "restarted": databases.restarted,
}  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=tests.faults.__doc__)
    parser.add_argument("--only", nargs="+", choices=TRIED, default=TRIED, metavar="FAULT")
    options = parser.parse_args()
    failed = 0
    with own_place("faults") as (folder, url):
        service = Service(folder / "data", url)
        town = service.asked("tests.service.town", "--targets", 150, "--officials", 6, "--readers", 4)
        print("| fault | what came of it | |\n|---|---|---|")
        for name in options.only:
            began = monotonic()
            with serving(service), ThreadPoolExecutor() as pool:
                office = Office(service, town, signed_in(service.port, town), pool)
                try:
                    said, mark = TRIED[name](office), ""
                except AssertionError as why:
                    said, mark, failed = str(why), "**not as it should be**", failed + 1
            print(f"| {name} | {said} ({monotonic() - began:.0f} s) | {mark} |", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
