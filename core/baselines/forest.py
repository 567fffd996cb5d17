"""A random forest: the average of 200 trees, each grown on its own sample of rows and features."""

from core.baselines import Baseline


def make(task, seed, n_rows, n_jobs):
    from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

    if task.kind == "regression":
        return RandomForestRegressor(
            n_estimators=200,
            min_samples_leaf=max(1, min(5, n_rows // 20_000)),
            max_features=0.4,
            random_state=seed,
            n_jobs=n_jobs,
        )
    # leaves of several rows give finer probabilities than single rows, and smaller files
    return RandomForestClassifier(
        n_estimators=200,
        min_samples_leaf=max(2, min(10, n_rows // 500)),
        max_features="sqrt",
        random_state=seed,
        n_jobs=n_jobs,
    )


baseline = Baseline(
    key="forest",
    title="Random forest",
    summary="The average of 200 decision trees, each grown on its own sample. Robust, little to tune.",
    make=make,
    max_rows=200_000,
    order=40,
)
