"""A random forest: the average of 200 trees, each grown on its own sample of rows and features."""

from core.baselines import Baseline
from core.baselines._trees import forest_settings


def make(task, seed, n_rows, n_jobs):
    from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

    model = RandomForestRegressor if task.kind == "regression" else RandomForestClassifier
    return model(**forest_settings(task, seed, n_rows, n_jobs, of_features=0.4))


baseline = Baseline(
    key="forest",
    title="Random forest",
    summary="The average of 200 decision trees, each grown on its own sample. Robust, little to tune.",
    make=make,
    max_rows=200_000,
    cell_us=7,
    order=40,
)
