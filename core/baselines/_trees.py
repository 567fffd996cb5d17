"""What forests of trees have in common: how many trees there are, and how many rows a leaf holds."""

from typing import Any

from core.domain import Task


def forest_settings(task: Task, seed: int, n_rows: int, n_jobs: int, *, of_features: float) -> dict[str, Any]:
    """Settings of scikit-learn's forests. of_features: share of the features a cut of a regression tree looks at."""
    common = {"n_estimators": 200, "random_state": seed, "n_jobs": n_jobs}
    if task.kind == "regression":
        return common | {"min_samples_leaf": max(1, min(5, n_rows // 20_000)), "max_features": of_features}
    if task.kind == "multiclass":
        # which class it is lies in few rows: only what a file holds, a share a class in each leaf, asks for larger ones
        leaf = max(2, min(10, n_rows * len(task.classes) // 20_000))
        return common | {"min_samples_leaf": leaf, "max_features": "sqrt"}
    # leaves of several rows give finer probabilities than single rows, and smaller files
    return common | {"min_samples_leaf": max(2, min(10, n_rows // 500)), "max_features": "sqrt"}
