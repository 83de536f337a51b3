#!/usr/bin/env python3
"""The one command: prepares .venv where that is needed, then runs Django or the tests in it."""

import os
import sys


def main(argv):
    if sys.version_info < (3, 11):
        return (
            "Python 3.11 or later is needed, this is %d.%d. 需要 Python 3.11 或更高版本。"
            % sys.version_info[:2]
        )
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    from tracker import bootstrap

    command = argv[1] if len(argv) > 1 else "help"
    try:
        bootstrap.prepare(command)
    except bootstrap.Unprepared as problem:
        return str(problem)
    if command == "develop":
        return 0
    if command == "test":
        return bootstrap.run_tests(argv[2:])
    if not bootstrap.is_inside():
        return bootstrap.run([os.path.abspath(__file__), *argv[1:]])

    from django.core.management import execute_from_command_line

    return execute_from_command_line(argv)


if __name__ == "__main__":
    sys.exit(main(sys.argv))
