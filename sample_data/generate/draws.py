"""Random draws with the shapes that real columns have. Knows no sample.

Every generator starts from `np.random.RandomState(seed)`: its stream is frozen for good (NumPy
enhancement proposal 19), while that of `default_rng` may change with a version.
"""

from collections.abc import Mapping

import numpy as np

Random = np.random.RandomState


def pick(rng: Random, weights: Mapping[str, float], n: int) -> np.ndarray:
    """n categories, drawn in proportion to their weights."""
    share = np.array(list(weights.values()), dtype=float)
    return np.array(list(weights))[rng.choice(len(share), size=n, p=share / share.sum())]


def chance(log_odds: np.ndarray) -> np.ndarray:
    """Log odds as a probability in (0, 1)."""
    return 1 / (1 + np.exp(-log_odds))


def happens(rng: Random, log_odds: np.ndarray, share: float) -> np.ndarray:
    """bool, shape (n,): drawn from the log odds, moved so that about `share` of the rows are true."""
    low, high = -20.0, 20.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if chance(log_odds + middle).mean() < share else (low, middle)
    return rng.random_sample(len(log_odds)) < chance(log_odds + low)


def effect(values: np.ndarray, effects: Mapping[str, float]) -> np.ndarray:
    """What each category adds; 0 for one that is not named."""
    return np.array([effects.get(v, 0.0) for v in values])


def days(rng: Random, start: str, end: str, n: int) -> np.ndarray:
    """n days between start and end, end left out: datetime64[D]."""
    first, last = np.datetime64(start, "D"), np.datetime64(end, "D")
    return first + rng.randint(0, int((last - first).astype(int)), size=n).astype("timedelta64[D]")


def codes(rng: Random, prefix: str, low: int, high: int, n: int) -> list[str]:
    """n different identifiers such as C-10482."""
    return [f"{prefix}{number}" for number in rng.choice(np.arange(low, high), size=n, replace=False)]
