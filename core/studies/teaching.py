"""Which training rows teach a preparation, where there are more than memory should hold at once. Reads none."""

import numpy as np

from core.domain import Dataset, RunSpec
from core.studies.weight import plain_columns

TEACHING_ROWS = 1_000_000  # at most so many training rows decide scales, vocabularies and ranges
TEACHING_CELLS = 30_000_000  # and fewer where columns are many


def is_taught(numbers: np.ndarray, n_train: int, dataset: Dataset, spec: RunSpec) -> np.ndarray:
    """(n,) bool: whether a training row teaches the preparation; by the seed and its number alone."""
    most = min(TEACHING_ROWS, TEACHING_CELLS // plain_columns(dataset, spec.task.features))
    if n_train <= most:
        return np.ones(len(numbers), bool)
    return _uniform(numbers, spec.seed) < (most - 4 * most**0.5) / n_train  # four deviations below `most`


def _uniform(numbers: np.ndarray, seed: int) -> np.ndarray:
    """(n,) in [0, 1), one for each row number, whatever rows are asked about together.

    Source: the finaliser of SplitMix64, Steele, Lea & Flood (2014), OOPSLA, figure 15.
    """
    z = numbers.astype(np.uint64) + np.uint64(seed * 0x9E3779B97F4A7C15 % 2**64)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return ((z ^ (z >> np.uint64(31))) >> np.uint64(11)) * 2.0**-53
