"""What offices write and what has to come of it: one case a line."""

import json
from pathlib import Path


def cases(name):
    lines = (Path(__file__).parent / f"{name}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]
