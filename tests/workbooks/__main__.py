"""What takes too long for a test.

    .venv/bin/python -m tests.workbooks [--rows 10000] [--seed 1]

On a database of its own, of the kind that DATABASE_URL names.
"""

from __future__ import annotations

import argparse

from tests.benchmarks.measure import databases  # its package sets up the service; so it comes first

from tests.workbooks import alike  # isort: skip


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.workbooks", description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with databases("alike") as made:
        made.use("alike")
        print(f"{alike.check(options.rows, options.seed):,} cells are the same")


if __name__ == "__main__":
    main()
