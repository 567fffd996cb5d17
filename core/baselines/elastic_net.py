"""Elastic net: a weighted sum of the features, where a feature that says little is left out altogether."""

from core.baselines import Baseline

FOLDS = 5
SHARE_L1 = 0.5  # of the brake, half counts absolute weights and can make them zero


def make(task, seed, n_rows, n_jobs):
    from sklearn.linear_model import ElasticNetCV, LogisticRegression

    if task.kind == "regression":
        folds = max(2, min(FOLDS, n_rows))
        return ElasticNetCV(
            l1_ratio=SHARE_L1, alphas=30, cv=folds, max_iter=2000, tol=1e-3, random_state=seed
        )
    return LogisticRegression(
        C=0.3, l1_ratio=SHARE_L1, solver="saga", max_iter=300, tol=1e-3, random_state=seed
    )


baseline = Baseline(
    key="elastic_net",
    title="Elastic net",
    summary="As the straight line, but features that say little are left out. Steady where there are many of them.",
    make=make,
    not_for=("image",),
    max_rows=50_000,
    cell_us=4,
    order=44,
)
