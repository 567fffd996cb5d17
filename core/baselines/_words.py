"""Runs of words as columns for linear models: which of them count, and how much. Reads no text.

Rows come by the view "words": plain columns first, runs of words from SPARSE_FROM on. Nothing here
ever becomes dense.
"""

import numpy as np
import scipy.sparse

from core.preparation import SPARSE_FROM

RARE = 2  # rows that must hold a run for it to count
MOST_RUNS = 300_000
MOST_PASSES = 1_000  # over the rows, in liblinear
PLAIN_WEIGHT = 0.1  # of plain columns, whose size is about 1, beside rows of words whose length is 1


class KnownRuns:
    """Picks the columns that training rows use: all plain ones, then runs that several rows hold."""

    def fit(self, x):
        columns, counts = np.unique(x.indices, return_counts=True)
        is_plain = columns < SPARSE_FROM
        runs, holding = columns[~is_plain], counts[~is_plain]
        kept = holding >= RARE
        if kept.sum() > MOST_RUNS:
            kept &= holding >= np.sort(holding)[-MOST_RUNS]
        self.columns_ = np.concatenate([columns[is_plain], runs[kept]]).astype(np.int64)
        self.n_plain_ = int(is_plain.sum())
        return self

    def transform(self, x):
        """(n, all columns) → (n, kept), sparse; the first n_plain_ are plain."""
        place = np.minimum(np.searchsorted(self.columns_, x.indices), max(len(self.columns_) - 1, 0))
        kept = self.columns_[place] == x.indices if len(self.columns_) else np.zeros(len(x.indices), bool)
        row = np.repeat(np.arange(x.shape[0]), np.diff(x.indptr))
        cells = (x.data[kept].astype(np.float64), (row[kept], place[kept]))
        return scipy.sparse.csr_matrix(cells, shape=(x.shape[0], len(self.columns_)))


class Weighed:
    """Log-frequency times inverse document frequency, each row of length 1; plain columns beside it.

    Source: scikit-learn's TfidfTransformer with sublinear_tf and smooth_idf.
    """

    def fit(self, x):
        self.known_ = KnownRuns().fit(x)
        runs = self.known_.transform(x)[:, self.known_.n_plain_ :]
        holding = np.bincount(runs.indices, minlength=runs.shape[1])
        self.idf_ = np.log((1 + runs.shape[0]) / (1 + holding)) + 1
        return self

    def transform(self, x):
        known = self.known_.transform(x)
        plain, runs = known[:, : self.known_.n_plain_], known[:, self.known_.n_plain_ :]
        runs.data = 1 + np.log(runs.data)
        return scipy.sparse.hstack(
            [plain * PLAIN_WEIGHT, _unit(runs.multiply(self.idf_).tocsr())], format="csr"
        )


class CountsOfRuns:
    """The known runs alone, as whether a row holds them."""

    def fit(self, x):
        self.known_ = KnownRuns().fit(x)
        return self

    def transform(self, x):
        runs = self.known_.transform(x)[:, self.known_.n_plain_ :]
        runs.data = np.ones_like(runs.data)
        return runs


class OnRuns:
    """A scikit-learn model that sees rows as one of the above makes them of runs."""

    def __init__(self, runs, model):
        self.runs, self.model = runs, model

    def fit(self, x, y):
        self.model.fit(self.runs.fit(x).transform(x), y)
        return self

    @property
    def classes_(self):
        return self.model.classes_

    def predict(self, x):
        return self.model.predict(self.runs.transform(x))

    def predict_proba(self, x):
        return self.model.predict_proba(self.runs.transform(x))


class LogCountRatio:
    """Logistic regression for each class on runs weighed by how much more often that class holds them.

    Source: Wang & Manning (2012), Baselines and bigrams, ACL, section 2.2 (NBSVM), with the logistic
    loss in place of the hinge, so that it gives probabilities.
    """

    def __init__(self, c=1.0, smoothing=1.0, seed=0):
        self.c, self.smoothing, self.seed = c, smoothing, seed

    def fit(self, x, y):
        from sklearn.linear_model import LogisticRegression

        self.known_ = KnownRuns().fit(x)
        plain, held = self._parts(x)
        self.classes_ = np.unique(y)
        self.ratios_, self.weights_, self.intercepts_ = [], [], []
        # of two classes one model says both
        for label in self.classes_ if len(self.classes_) > 2 else self.classes_[1:]:
            is_it = y == label
            inside, outside = (
                self.smoothing + np.asarray(held[rows].sum(axis=0)).ravel() for rows in (is_it, ~is_it)
            )
            ratio = np.log((inside / inside.sum()) / (outside / outside.sum()))
            model = LogisticRegression(
                C=self.c, solver="liblinear", dual=True, max_iter=MOST_PASSES, random_state=self.seed
            )
            model.fit(scipy.sparse.hstack([plain, held.multiply(ratio)], format="csr"), is_it)
            self.ratios_.append(ratio)
            self.weights_.append(model.coef_[0])
            self.intercepts_.append(float(model.intercept_[0]))
        return self

    def predict_proba(self, x):
        from scipy.special import expit

        plain, held = self._parts(x)
        columns = []
        for ratio, weights, intercept in zip(self.ratios_, self.weights_, self.intercepts_):
            n_plain = len(weights) - len(ratio)
            columns.append(expit(plain @ weights[:n_plain] + held @ (ratio * weights[n_plain:]) + intercept))
        if len(columns) == 1:
            return np.column_stack([1 - columns[0], columns[0]])
        shares = np.column_stack(columns)
        return shares / shares.sum(axis=1, keepdims=True)

    def _parts(self, x):
        known = self.known_.transform(x)
        plain, runs = known[:, : self.known_.n_plain_], known[:, self.known_.n_plain_ :]
        runs.data = np.ones_like(runs.data)  # whether, not how often: better for short texts
        return plain * PLAIN_WEIGHT, runs


def _unit(x: scipy.sparse.csr_matrix) -> scipy.sparse.csr_matrix:
    length = np.sqrt(np.asarray(x.multiply(x).sum(axis=1)).ravel())
    x.data /= np.repeat(np.where(length > 0, length, 1.0), np.diff(x.indptr))
    return x
