"""TF-IDF and logistic regression: each word and run of words has a weight, rare ones count more."""

from core.baselines import Baseline


def make(task, seed, n_rows, n_jobs):
    from sklearn.linear_model import LogisticRegression, Ridge

    from core.baselines._words import OnRuns, Weighed

    if task.kind == "regression":
        return OnRuns(Weighed(), Ridge(alpha=1.0, solver="sparse_cg", tol=1e-4))
    return OnRuns(Weighed(), LogisticRegression(C=10.0, max_iter=1000))


baseline = Baseline(
    key="words_logistic",
    title="TF-IDF and a linear model",
    summary="A weight for each word and run of words. Below a hundred thousand texts seldom beaten.",
    make=make,
    view="words",
    made_for="text",
    order=4,
)
