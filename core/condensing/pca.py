"""Principal components: the directions in which rows differ most, as many as hold nearly all of the variance.

Up to EXACT columns the covariance is summed up batch by batch and taken apart exactly. Beyond, a random
subspace is turned towards the leading directions, one pass over the rows each time, so that memory grows
with the columns and not with their square.
Source: Halko, Martinsson & Tropp (2011), Finding structure with randomness, SIAM Review 53, 217-288, algorithm 4.4.
"""

from collections.abc import Mapping

import numpy as np

from core.condensing import Learned, Passes, most_components

MOST = 256  # components
SHARE = 0.95  # of the variance
EXACT = 2_000  # columns: 32 MB of covariance, taken apart in a second or two
MORE, TURNS = 16, 3  # directions beside those wanted, and passes that turn them


class Pca:
    """arrays: mean (d,); directions (d, k), already divided by the scale that the components share."""

    key = "pca"
    title = "Principal components"
    noun = ("component", "principal components")
    order = 10

    def fit(self, passes: Passes, n_rows: int, width: int, seed: int) -> Learned:
        most = most_components(n_rows, width, MOST)
        if width <= EXACT:
            mean, total, variances, directions = _exact(passes, width)
        else:
            mean, total, variances, directions = _turned(passes, width, most, np.random.default_rng(seed))
        n = _enough(variances, total, most)
        variances, directions = np.maximum(variances[:n], 0.0), directions[:, :n]
        # one scale for all: distances between rows stay in proportion
        scale = float(np.sqrt(variances.mean())) or 1.0
        strongest = directions[np.abs(directions).argmax(axis=0), np.arange(n)]
        directions = directions * np.where(strongest < 0, -1.0, 1.0) / scale
        kept = float(variances.sum() / total) if total > 0 else 1.0
        return Learned(
            arrays={"mean": mean.astype(np.float32), "directions": directions.astype(np.float32)},
            kept=min(kept, 1.0),
        )

    def apply(self, x: np.ndarray, arrays: Mapping[str, np.ndarray]) -> np.ndarray:
        return (x - arrays["mean"]) @ arrays["directions"]


def _enough(variances: np.ndarray, total: float, most: int) -> int:
    """How many of the leading components hold SHARE of the variance, or `most`."""
    reached = np.flatnonzero(np.cumsum(variances) >= SHARE * total)
    return min(most, int(reached[0]) + 1 if len(reached) else most)


def _exact(passes: Passes, width: int) -> tuple[np.ndarray, float, np.ndarray, np.ndarray]:
    """Mean (d,), total variance, variances falling (d,), directions (d, d)."""
    n, total, products = 0, np.zeros(width), np.zeros((width, width))
    for x in passes():
        n += len(x)
        total += x.sum(axis=0, dtype=np.float64)
        products += x.T @ x
    mean = total / n
    covariance = products / n - np.outer(mean, mean)
    variances, directions = np.linalg.eigh(covariance)
    return mean, float(np.trace(covariance)), variances[::-1], directions[:, ::-1]


def _turned(
    passes: Passes, width: int, most: int, rng: np.random.Generator
) -> tuple[np.ndarray, float, np.ndarray, np.ndarray]:
    """As `_exact`, for the leading `most` directions."""
    n, total, squares = 0, np.zeros(width), 0.0
    for x in passes():
        n += len(x)
        total += x.sum(axis=0, dtype=np.float64)
        squares += float(np.square(x, dtype=np.float64).sum())
    mean = total / n
    centre = mean.astype(np.float32)
    basis = np.linalg.qr(rng.normal(size=(width, min(most + MORE, width))))[0].astype(np.float32)
    for _ in range(TURNS):
        turned = np.zeros(basis.shape)
        for x in passes():
            x = x - centre
            turned += x.T @ (x @ basis)
        basis = np.linalg.qr(turned)[0].astype(np.float32)
    within = np.zeros((basis.shape[1], basis.shape[1]))
    for x in passes():
        seen = (x - centre) @ basis
        within += seen.T @ seen
    variances, directions = np.linalg.eigh(within / n)
    leading = slice(None, None, -1)
    return mean, squares / n - float(mean @ mean), variances[leading], (basis @ directions)[:, leading]


condenser = Pca()
