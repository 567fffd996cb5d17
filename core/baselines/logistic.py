"""Logistic regression: a weighted sum of the features, turned into probabilities."""

from core.baselines import Baseline


def make(task, seed, n_rows, n_jobs):
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=1.0, max_iter=1000)


baseline = Baseline(
    key="logistic",
    title="Logistic regression",
    summary="A weight for each feature. Fast, easy to explain, and hard to beat where effects add up.",
    make=make,
    tasks=("binary", "multiclass"),
    cell_us=0.5,
    order=10,
)
