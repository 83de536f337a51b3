"""One table of ratios: the tracker's own paths beside plain ones, on the same data.

    .venv/bin/python -m tests.benchmarks [--crowd N] [--runs N] [--only NAME ...]

On the kind of database that DATABASE_URL names, SQLite unless given. It makes two databases of its own
(bench_alone_…, bench_crowd_…) and drops them.
"""

from __future__ import annotations

import argparse
import sys
from datetime import date
from time import perf_counter

from django.utils import translation

from targets.seed import load
from tests.benchmarks import machine
from tests.benchmarks.data import ALONE, CROWD, Data
from tests.benchmarks.measure import databases
from tests.benchmarks.operations import OPERATIONS


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--crowd", type=int, default=20_000, help="targets around the measured plan")
    parser.add_argument("--runs", type=int, default=7, help="interleaved runs of which the median counts")
    parser.add_argument("--only", nargs="+", choices=OPERATIONS, default=list(OPERATIONS), metavar="NAME")
    options = parser.parse_args()
    began = perf_counter()

    def say(words: str) -> None:
        print(f"{perf_counter() - began:6.0f} s  {words}", file=sys.stderr, flush=True)

    with translation.override("zh-hans"), databases(ALONE, CROWD) as made:
        data = Data(made, options.crowd, load.year_of(12, date.today()))
        data.prepare(say)
        made.use(CROWD)
        runs = f"medians of {options.runs} interleaved runs, {options.crowd:,} around"
        print(f"{machine.described()}; {runs}; on the clock (in CPU of this process)\n")
        print("| ours / the other | ours | other | ratio | goal |\n|---|---|---|---|---|")
        for name in options.only:
            made.use(CROWD)
            for row in OPERATIONS[name](data, options.runs):
                print(f"| {row.name} | {row.ours} | {row.other} | {row.ratio} | {row.goal} |", flush=True)
            say(name)


if __name__ == "__main__":
    main()
