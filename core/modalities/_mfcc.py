"""The timbre of a sound in a few figures: mel-frequency cepstral coefficients and how they vary. Learns nothing.

Source: Davis & Mermelstein (1980), Comparison of parametric representations, IEEE ASSP 28, 357-366.
"""

import numpy as np

COEFFICIENTS = 20
FIGURES = ("mean", "spread", "mean change", "spread of changes")
CHUNK = 256  # clips at a time
HALF_SPAN = 2  # moments before and after, by which a change is told


def n_figures() -> int:
    return COEFFICIENTS * len(FIGURES)


def names() -> tuple[str, ...]:
    return tuple(f"MFCC {k}, {figure}" for figure in FIGURES for k in range(COEFFICIENTS))


def timbre(spectrograms: np.ndarray) -> np.ndarray:
    """(n, bands, moments, 1) uint8 → (n, n_figures) float32, each clip by itself; silent moments do not count."""
    if not len(spectrograms):
        return np.zeros((0, n_figures()), np.float32)
    pieces = [_some(spectrograms[start : start + CHUNK]) for start in range(0, len(spectrograms), CHUNK)]
    return np.concatenate(pieces)


def coefficients(spectrograms: np.ndarray) -> np.ndarray:
    """(n, bands, moments, 1) uint8 → (n, moments, COEFFICIENTS): an orthonormal cosine transform over the bands."""
    levels = spectrograms[:, ::-1, :, 0].transpose(0, 2, 1).astype(np.float32) / np.float32(255)
    return levels @ _cosines(levels.shape[2])


def _some(spectrograms: np.ndarray) -> np.ndarray:
    cepstra = coefficients(spectrograms)
    changes = _changes(cepstra)
    sounds = spectrograms[..., 0].any(axis=1)  # (n, moments)
    return np.concatenate([*_mean_and_spread(cepstra, sounds), *_mean_and_spread(changes, sounds)], axis=1)


def _mean_and_spread(values: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(n, moments, k) → twice (n, k), of the moments that count; zeros where none does."""
    weight = counts[:, :, None] / np.maximum(counts.sum(axis=1), 1)[:, None, None].astype(np.float32)
    mean = (values * weight).sum(axis=1)
    spread = np.sqrt((((values - mean[:, None]) ** 2) * weight).sum(axis=1))
    return mean.astype(np.float32), spread.astype(np.float32)


def _changes(cepstra: np.ndarray) -> np.ndarray:
    """The slope of each coefficient over the moments around, edges repeated.

    Source: Furui (1986), IEEE ASSP 34, 52-59.
    """
    around = np.pad(cepstra, ((0, 0), (HALF_SPAN, HALF_SPAN), (0, 0)), mode="edge")
    n = cepstra.shape[1]
    slope = sum(
        k * (around[:, HALF_SPAN + k :][:, :n] - around[:, HALF_SPAN - k :][:, :n])
        for k in range(1, HALF_SPAN + 1)
    )
    return slope / (2 * sum(k * k for k in range(1, HALF_SPAN + 1)))


def _cosines(n: int) -> np.ndarray:
    """(n, COEFFICIENTS) float32: the first columns of the orthonormal cosine transform of the second kind."""
    k, place = np.arange(COEFFICIENTS), np.arange(n)[:, None] + 0.5
    base = np.sqrt(2 / n) * np.cos(np.pi * k * place / n)
    base[:, 0] /= np.sqrt(2)
    return base.astype(np.float32)
