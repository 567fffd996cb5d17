"""What kinds of column share whose cells are files: decoded by several threads, and said to be missing. Knows no format."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from core.modalities import OWN, State

THREADS = 2  # Pillow and libsndfile decode without holding Python's lock


def decoded(
    series: pd.Series, state: State, shape: tuple[int, ...], decode: Callable[[bytes], np.ndarray], few: int
) -> dict[str, np.ndarray]:
    """OWN: (n, *shape) uint8, zeros where there is no file, and "indicator" of that where the state has it.

    few: files that are not worth starting threads for.
    """
    values = series.tolist()
    arrays, found = np.zeros((len(values), *shape), np.uint8), np.zeros(len(values), bool)

    def fill(start: int, stop: int) -> None:
        for row in range(start, stop):
            if isinstance(values[row], bytes):
                arrays[row] = decode(values[row])
                found[row] = True

    if len(values) < few:
        fill(0, len(values))
    else:
        ends = np.linspace(0, len(values), THREADS + 1).astype(int).tolist()
        # the products of one file are small: threads of their own would only wait for each other
        with threadpool_limits(1), ThreadPoolExecutor(THREADS, "decodes files") as pool:
            list(pool.map(fill, ends, ends[1:]))
    groups = {OWN: arrays}
    if state["missing"]:
        groups["indicator"] = (~found).astype(np.float32)[:, None]
    return groups


def names_of(state: State) -> dict[str, tuple[str, ...]]:
    """What the arrays of `decoded` are called."""
    groups = {OWN: (state["name"],)}
    if state["missing"]:
        groups["indicator"] = (f"{state['name']} is missing",)
    return groups
