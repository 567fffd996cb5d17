"""A feature that alone predicts the target too well to be known beforehand. Fits no model.

Each feature is cut into bins; the target's mean, or class shares, of a bin in four fifths of the
rows predict the last fifth. What such a table cannot learn from other rows is no leak here:
values that occur once predict nothing.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from core.checks import Check, CheckSubject
from core.data.engines.duckdb import identifier
from core.data.media import MEDIA
from core.data.task import MAX_CLASSES, natural_kind
from core.domain import NUMERIC_KINDS, ROW, Column, Dataset, Finding, RecipeStep

if TYPE_CHECKING:
    import numpy
    import pandas

MIN_ROWS = 100
SAMPLE_ROWS = 30_000
MAX_FEATURES = 500
MAX_BINS = 50
MIN_BINS = 5
ROWS_A_BIN = 20
N_FOLDS = 5
# share of what there is to explain that one column explains
AUC_LIMIT, ACCURACY_LIMIT, R2_LIMIT = 0.98, 0.95, 0.9


def run(subject: CheckSubject) -> Iterable[Finding]:
    target = subject.target_column
    features = [c for c in subject.features if c.kind not in ("text", *MEDIA) and c.n_unique > 1][
        :MAX_FEATURES
    ]
    if target is None or target.kind in ("date", "text") or target.n_unique < 2 or not features:
        return
    n_usable = subject.dataset.n_rows - target.n_missing
    kind = natural_kind(target, n_usable)
    if n_usable < MIN_ROWS or (kind != "regression" and target.n_unique > min(MAX_CLASSES, n_usable // 10)):
        return
    frame = _sample(subject, target, features)
    y = _outcome(frame[target.name], kind)
    fold = _folds(len(frame))
    for column in features:
        score = separate_score(_bins(frame[column.name], column), y, fold, kind)
        limit = {"binary": AUC_LIMIT, "multiclass": ACCURACY_LIMIT, "regression": R2_LIMIT}[kind]
        if score >= limit:
            yield Finding(
                code=f"leakage_{kind}",
                severity="serious",
                subject=column.name,
                parameters={"target": target.name, "score": score},
            )


def _sample(subject: CheckSubject, target: Column, features: list[Column]) -> "pandas.DataFrame":
    step = max(1, subject.dataset.n_rows // SAMPLE_ROWS)
    names = ", ".join(identifier(c.name) for c in (target, *features))
    return subject.session.query(
        f"SELECT {names} FROM data WHERE {ROW} % {step} = 0 AND {identifier(target.name)} IS NOT NULL"
    ).to_pandas()


def _folds(n: int) -> "numpy.ndarray":
    import numpy as np

    # shuffled: a file sorted or repeating in fives would otherwise give folds unlike each other
    return np.random.default_rng(0).permutation(n) % N_FOLDS


def _outcome(values: "pandas.Series", kind: str) -> "numpy.ndarray":
    """Shape (n, k): one column a class, or the target itself."""
    import numpy as np
    import pandas as pd

    if kind == "regression":
        return values.to_numpy(dtype=np.float64)[:, None]
    codes, classes = pd.factorize(values, sort=True)
    return np.eye(len(classes))[codes]


def _bins(values: "pandas.Series", column: Column) -> "numpy.ndarray":
    """Bin of every row, shape (n,), from 0; missing values have one of their own."""
    import numpy as np
    import pandas as pd

    n_bins = max(MIN_BINS, min(MAX_BINS, len(values) // ROWS_A_BIN))
    if column.kind == "date":
        values = values.astype("int64").where(values.notna())
    if column.kind in (*NUMERIC_KINDS, "date") and values.nunique() > n_bins:
        numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
        edges = np.unique(np.nanquantile(numbers, np.linspace(0, 1, n_bins + 1)[1:-1]))
        return np.where(np.isnan(numbers), len(edges) + 1, np.searchsorted(edges, numbers, side="right"))
    codes = pd.factorize(values)[0]
    return np.where(codes < 0, codes.max(initial=-1) + 1, codes)


def separate_score(bins: "numpy.ndarray", y: "numpy.ndarray", fold: "numpy.ndarray", kind: str) -> float:
    """How well a table from bin to mean outcome predicts rows that it was not made from.

    bins, fold: shape (n,); y: shape (n, k). Returns the AUC (binary), the share of the errors of
    always guessing the commonest class that is avoided (multiclass), or R² (regression).
    """
    import numpy as np

    n_bins, k = int(bins.max()) + 1, y.shape[1]
    cell = fold * n_bins + bins
    sums = np.stack([np.bincount(cell, y[:, j], N_FOLDS * n_bins) for j in range(k)], axis=1)
    sums = sums.reshape(N_FOLDS, n_bins, k)
    counts = np.bincount(cell, minlength=N_FOLDS * n_bins).reshape(N_FOLDS, n_bins, 1)
    other_sums, other_counts = sums.sum(axis=0) - sums, counts.sum(axis=0) - counts
    prior = y.mean(axis=0)
    table = (other_sums + prior) / (
        other_counts + 1
    )  # (folds, bins, k), drawn to the mean where rows are few
    predicted = table[fold, bins]  # (n, k)
    if kind == "regression":
        total = ((y - prior) ** 2).sum()
        return float(1 - ((y - predicted) ** 2).sum() / total) if total > 0 else 0.0
    if kind == "binary":
        auc = _auc(predicted[:, 1], y[:, 1] > 0.5)
        return max(auc, 1 - auc)
    right = (predicted.argmax(axis=1) == y.argmax(axis=1)).mean()
    return float((right - prior.max()) / (1 - prior.max()))


def _auc(score: "numpy.ndarray", positive: "numpy.ndarray") -> float:
    import numpy as np

    _, inverse, counts = np.unique(score, return_inverse=True, return_counts=True)
    middle_rank = np.cumsum(counts) - (counts - 1) / 2
    n_positive = int(positive.sum())
    n_negative = len(positive) - n_positive
    if not n_positive or not n_negative:
        return 0.5
    u = middle_rank[inverse][positive].sum() - n_positive * (n_positive + 1) / 2
    return float(u / (n_positive * n_negative))


def cure(finding: Finding, dataset: Dataset) -> RecipeStep | None:
    if finding.code.startswith("leakage_"):
        return RecipeStep(step="drop", params={"columns": [finding.subject]})
    return None


check = Check(code="leakage", severity="serious", run=run, cure=cure, order=5)
