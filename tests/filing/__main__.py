"""What takes too long for a test.

    .venv/bin/python -m tests.filing alike [--rows 5000] [--seed 1]
    .venv/bin/python -m tests.filing killed [--times 50] [--seed 1]

On a database of its own, of the kind that DATABASE_URL names.
"""

from __future__ import annotations

import argparse

from tests.benchmarks.measure import databases  # its package sets up the service; so it comes first

from tests.filing import alike, killed  # isort: skip


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.filing", description=__doc__)
    parser.add_argument("what", choices=("alike", "killed"))
    parser.add_argument("--rows", type=int, default=5000)
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with databases(options.what) as made:
        made.use(options.what)
        if options.what == "alike":
            print(f"{alike.check(options.rows, options.seed):,} cells are the same")
        else:
            for what, count in killed.check(options.times, seed=options.seed).items():
                print(f"{count:4} times: {what}")


if __name__ == "__main__":
    main()
