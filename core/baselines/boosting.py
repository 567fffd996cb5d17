"""Histogram gradient boosting: small trees, each mending what those before it got wrong."""

from core.baselines import Baseline

SMALL_ROWS = 2000  # below, a fixed number of rounds is steadier than what a few validation rows say
ROWS_A_CLASS = 30
MANY_ROWS = 10_000


def make(task, seed, n_rows, n_jobs):
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    settings = _settings(task, n_rows)
    if task.kind == "regression":
        return HistGradientBoostingRegressor(**settings, random_state=seed)
    return HistGradientBoostingClassifier(**settings, random_state=seed)


def _settings(task, n_rows):
    """Measured in docs/decisions/0012-baselines.md."""
    # a round grows a tree a class: the cost is held where there are many classes
    most_rounds = max(20, 1000 // max(len(task.classes), 1))
    if n_rows < max(SMALL_ROWS, ROWS_A_CLASS * len(task.classes)):
        return {
            "learning_rate": 0.05,
            "max_iter": min(150, most_rounds),
            "max_leaf_nodes": 8,
            "min_samples_leaf": min(20, max(2, n_rows // 10)),
            "early_stopping": False,
        }
    early = {"early_stopping": True, "validation_fraction": 0.15}  # the share only where no rows are given
    if task.kind == "regression":
        slow = {"learning_rate": 0.05, "max_iter": 600, "max_leaf_nodes": 63, "min_samples_leaf": 10}
        return early | slow | {"max_features": 0.5, "n_iter_no_change": 30}
    if task.kind == "binary":
        leaves = 31 if n_rows >= MANY_ROWS else 15
        return early | {
            "learning_rate": 0.1,
            "max_iter": 200,
            "max_leaf_nodes": leaves,
            "n_iter_no_change": 10,
        }
    slow = {"learning_rate": 0.08, "max_iter": most_rounds, "max_leaf_nodes": 31}
    return early | slow | {"max_features": 0.5, "n_iter_no_change": 20}


baseline = Baseline(
    key="boosting",
    title="Gradient boosting",
    summary="Small trees, each mending the errors of those before. Often the best on tables.",
    make=make,
    max_rows=2_000_000,
    min_class_rows=2,  # early stopping needs a row of each class on both sides
    stops_early=True,
    not_for=("image",),
    cell_us=3,
    order=30,
)
