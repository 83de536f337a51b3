"""When to kill: at a random moment of an act whose length is known."""

from random import Random

PARTS = ((0.0, 1.0), (0.67, 1.0), (0.9, 1.1))  # of the act, in turns: most is written at its end


def moment(chance: Random, trial: int, seconds: float) -> float:
    return chance.uniform(*PARTS[trial % len(PARTS)]) * seconds
