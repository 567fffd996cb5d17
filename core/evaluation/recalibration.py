"""Make probabilities honest again after training that bent them, from validation rows. Trains no network.

Weighted or resampled rows teach a network another mix of classes than there is, and focal loss makes
it doubt itself: it ranks well and its probabilities are off. A slope for its logits and a shift for
each class mend that without changing how rows rank within a class.
Sources: Platt (1999), Probabilistic outputs for support vector machines; Guo et al. (2017), On
calibration of modern neural networks, arXiv 1706.04599.
"""

import numpy as np

FEWEST = 20  # validation rows; of fewer there is nothing to learn
RIDGE = 1e-3  # keeps slope and shifts near 1 and 0 where the rows say little


def fit_recalibration(outputs: np.ndarray, y: np.ndarray, n_classes: int) -> tuple[float, ...] | None:
    """(slope, shift of each class …), or None where the rows are too few or of one class.

    outputs: (n, 1) logits of the second of two classes, or (n, classes) logits. y: (n,) class indices.
    """
    from scipy.optimize import minimize

    if len(y) < FEWEST or len(np.unique(y)) < 2:
        return None
    logits = _as_classes(outputs)
    told = np.zeros((len(y), n_classes))
    told[np.arange(len(y)), y] = 1.0

    def loss(settings: np.ndarray) -> tuple[float, np.ndarray]:
        log_slope, shifts = settings[0], settings[1:]
        z = np.exp(log_slope) * logits + shifts
        z = z - z.max(axis=1, keepdims=True)
        log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
        error = (np.exp(log_p) - told) / len(y)
        slope = np.sum(error * np.exp(log_slope) * logits)
        value = -np.sum(told * log_p) / len(y) + RIDGE * np.sum(settings**2) / 2
        return value, np.concatenate([[slope], error.sum(axis=0)]) + RIDGE * settings

    found = minimize(loss, np.zeros(1 + n_classes), jac=True, method="L-BFGS-B").x
    return (float(np.exp(found[0])), *(float(s) for s in found[1:]))


def recalibrated(outputs: np.ndarray, recalibration: tuple[float, ...]) -> np.ndarray:
    """Raw outputs of the same shape whose probabilities are honest."""
    slope, *shifts = recalibration
    if outputs.shape[1] == 1:
        return slope * outputs + (shifts[1] - shifts[0])
    return slope * outputs + np.asarray(shifts)


def _as_classes(outputs: np.ndarray) -> np.ndarray:
    """(n, classes) logits also of a single one; float64."""
    outputs = np.asarray(outputs, np.float64)
    return np.column_stack([np.zeros(len(outputs)), outputs[:, 0]]) if outputs.shape[1] == 1 else outputs
