"""Extremely randomised trees: a forest whose trees ask at random cut points, each grown on all rows."""

from core.baselines import Baseline
from core.baselines._trees import forest_settings


def make(task, seed, n_rows, n_jobs):
    from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor

    model = ExtraTreesRegressor if task.kind == "regression" else ExtraTreesClassifier
    return model(**forest_settings(task, seed, n_rows, n_jobs, of_features=0.6))


baseline = Baseline(
    key="extra_trees",
    title="Extra trees",
    summary="200 trees that cut at random places. Smoother than a random forest, and wrong about other rows.",
    make=make,
    not_for=("image",),
    max_rows=100_000,
    cell_us=7,
    order=42,
)
