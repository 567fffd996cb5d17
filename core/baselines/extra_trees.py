"""Extremely randomised trees: a forest whose trees ask at random cut points, each grown on all rows."""

from core.baselines import Baseline


def make(task, seed, n_rows, n_jobs):
    from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor

    if task.kind == "regression":
        return ExtraTreesRegressor(
            n_estimators=200,
            min_samples_leaf=max(1, min(5, n_rows // 20_000)),
            max_features=0.6,
            random_state=seed,
            n_jobs=n_jobs,
        )
    # as in the random forest: leaves of several rows give finer probabilities
    return ExtraTreesClassifier(
        n_estimators=200,
        min_samples_leaf=max(2, min(10, n_rows // 500)),
        max_features="sqrt",
        random_state=seed,
        n_jobs=n_jobs,
    )


baseline = Baseline(
    key="extra_trees",
    title="Extra trees",
    summary="200 trees that cut at random places. Smoother than a random forest, and wrong about other rows.",
    make=make,
    not_for=("image",),
    max_rows=100_000,
    order=42,
)
