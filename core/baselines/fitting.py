"""Fit a classic model, predict with it, keep it. Knows no table: arrays in, dense or sparse, arrays out."""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.baselines import BASELINES, Baseline
from core.domain import Task
from core.errors import BadInput, NotApplicable
from core.sentences import say

if TYPE_CHECKING:
    import scipy.sparse
    from sklearn.base import BaseEstimator

    Table = np.ndarray | scipy.sparse.csr_matrix  # (n, d), as the model's view of the rows is

FORMAT = 1  # of what a file holds

# Everything scikit-learn objects of our baselines are made of that skops does not trust by
# itself. A file that names anything else is not opened, whatever it says about itself.
TRUSTED_TYPES = frozenset(
    {
        "core.baselines._words.CountsOfRuns",
        "core.baselines._words.KnownRuns",
        "core.baselines._words.LogCountRatio",
        "core.baselines._words.OnRuns",
        "core.baselines._words.Weighed",
        "sklearn.calibration._CalibratedClassifier",
        "sklearn.calibration._SigmoidCalibration",
        "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
        "sklearn.tree._tree.Tree",
    }
)


@dataclass(frozen=True, kw_only=True)
class FittedBaseline:
    """A classic model that can predict.

    n_classes: of the task, 0 for regression; the estimator may have met fewer of them.
    mean, std: of the training target, which regressors see standardised.
    note: what was done differently from fitting on all rows, in a sentence; often empty.
    """

    key: str
    estimator: "BaseEstimator"
    n_classes: int
    mean: float = 0.0
    std: float = 1.0
    note: str = ""

    def predict(self, x: "Table") -> np.ndarray:
        """(n, d) → probabilities (n, classes) in the task's order, or values (n,); float64, finite."""
        if not self.n_classes:
            return np.asarray(self.estimator.predict(x), dtype=np.float64) * self.std + self.mean
        prediction = np.zeros((x.shape[0], self.n_classes))
        prediction[:, self.estimator.classes_] = self.estimator.predict_proba(x)
        return prediction / prediction.sum(axis=1, keepdims=True)

    def save(self, path: Path) -> None:
        """Write it in skops' format, which holds no code."""
        import skops.io

        held = {f.name: getattr(self, f.name) for f in fields(self)}
        skops.io.dump({"format": FORMAT, **held}, path)


def fit_baseline(
    key: str,
    x: "Table",
    y: np.ndarray,
    task: Task,
    seed: int,
    *,
    n_jobs: int = 1,
    n_given: int | None = None,
    validation: "tuple[Table, np.ndarray] | None" = None,
) -> FittedBaseline:
    """Fit the registered model of that key.

    x: (n, d) float32, by the model's view of the rows. y: (n,) class indices, or values in any unit: predictions come in the
    same. n_jobs: processor cores to use. n_given: training rows there are, of which x is a sample.
    validation: x and y of rows by which a model that stops early may decide when.
    Raises UnknownName for another key, NotApplicable if the model does not serve this task
    or these rows.
    """
    from threadpoolctl import threadpool_limits

    baseline = BASELINES[key]
    if task.kind not in baseline.tasks:
        raise NotApplicable("baseline_task", title=baseline.title, task=task.kind)
    n_given, (mean, std) = len(y) if n_given is None else n_given, (0.0, 1.0)
    rows = _teaching_rows(y, task, seed, baseline)
    if len(rows) < len(y):
        x, y = x[rows], y[rows]
    if task.kind == "regression":
        mean, std = float(np.mean(y, dtype=np.float64)), float(np.std(y, dtype=np.float64)) or 1.0
        y = (y - mean) / std
    elif baseline.family != "trivial" and len(np.unique(y)) < 2:
        raise NotApplicable("baseline_one_class", title=baseline.title, n=baseline.min_class_rows)
    estimator, judged = baseline.make(task, seed, x.shape[0], n_jobs), {}
    if baseline.stops_early and estimator.early_stopping and validation is not None:
        judged = _known_classes(*validation, y) if task.classes else _known_values(*validation, mean, std)
    with threadpool_limits(n_jobs):  # gradient boosting and linear algebra do not ask n_jobs
        estimator.fit(x, y, **judged)
    note = say("note.baseline_rows", n=len(rows), n_given=n_given) if len(rows) < n_given else ""
    return FittedBaseline(
        key=key, estimator=estimator, n_classes=len(task.classes), mean=mean, std=std, note=note
    )


def _teaching_rows(y: np.ndarray, task: Task, seed: int, baseline: Baseline) -> np.ndarray:
    """The rows to fit on: all, or a sample with every class in proportion, without too small classes."""
    rows = np.arange(len(y))
    if baseline.max_rows and len(y) > baseline.max_rows:
        mixed = np.random.default_rng(seed).permutation(len(y))
        if task.kind != "regression":
            mixed = mixed[np.argsort(y[mixed], kind="stable")]
        # evenly spaced through rows in order of class, random within: each class in proportion
        rows = np.sort(mixed[np.linspace(0, len(y) - 1, baseline.max_rows).astype(np.int64)])
    if task.kind != "regression" and baseline.min_class_rows > 1:
        counts = np.bincount(y[rows], minlength=len(task.classes))
        rows = rows[counts[y[rows]] >= baseline.min_class_rows]
    return rows


def _known_classes(x: "Table", y: np.ndarray, taught: np.ndarray) -> dict[str, "Table"]:
    """Validation rows of the classes that the training rows hold."""
    known = np.isin(y, np.unique(taught))
    return {"X_val": x[known], "y_val": y[known]} if known.any() else {}


def _known_values(x: "Table", y: np.ndarray, mean: float, std: float) -> dict[str, "Table"]:
    return {"X_val": x, "y_val": (y - mean) / std}


def load_baseline(path: Path, task: Task) -> FittedBaseline:
    """Read what `save` wrote. Raises BadInput for a file that is not such a model, is of another
    task, or names a type outside the allow-list: nothing of it is executed then.
    """
    import zipfile

    import skops.io

    try:
        unknown = set(skops.io.get_untrusted_types(file=path)) - TRUSTED_TYPES
        if unknown:
            raise BadInput("model_untrusted", file=path.name, types=", ".join(sorted(unknown)))
        held = skops.io.load(path, trusted=sorted(TRUSTED_TYPES))
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, OSError) as error:
        raise BadInput("model_unreadable", file=path.name, reason=type(error).__name__) from error
    expected = {"format", *(f.name for f in fields(FittedBaseline))}
    if not isinstance(held, dict) or held.keys() != expected or held.pop("format") != FORMAT:
        raise BadInput("model_unreadable", file=path.name, reason="another format")
    if held["n_classes"] != len(task.classes):
        raise BadInput(
            "model_other_task", file=path.name, found=held["n_classes"], expected=len(task.classes)
        )
    return FittedBaseline(**held)
