"""Histogram gradient boosting: small trees, each mending what those before it got wrong."""

from core.baselines import Baseline

SMALL_ROWS = 2000  # below, the rows held out to stop early are worth more as teachers
ROWS_A_CLASS = 30  # fewer leave some classes out of the rows that decide when to stop


def make(task, seed, n_rows, n_jobs):
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    # a round grows a tree a class: the cost is held where there are many classes
    most_rounds = max(20, 1000 // max(len(task.classes), 1))
    if n_rows < max(SMALL_ROWS, ROWS_A_CLASS * len(task.classes)):
        settings = {
            "learning_rate": 0.05,
            "max_iter": min(150, most_rounds),
            "max_leaf_nodes": 8,
            "min_samples_leaf": min(20, max(2, n_rows // 10)),
            "early_stopping": False,
        }
    else:
        settings = {
            "learning_rate": 0.1,
            "max_iter": min(200, most_rounds),
            "max_leaf_nodes": 31 if n_rows >= 10_000 else 15,
            "early_stopping": True,
            "validation_fraction": 0.15,
            "n_iter_no_change": 10,
        }
    if task.kind == "regression":
        return HistGradientBoostingRegressor(**settings, random_state=seed)
    return HistGradientBoostingClassifier(**settings, random_state=seed)


baseline = Baseline(
    key="boosting",
    title="Gradient boosting",
    summary="Small trees, each mending the errors of those before. Often the best on tables.",
    make=make,
    max_rows=2_000_000,
    min_class_rows=2,  # early stopping needs a row of each class on both sides
    not_for=("image",),
    order=30,
)
