"""k nearest neighbours: the answers of the most similar training rows."""

from core.baselines import Baseline


def make(task, seed, n_rows, n_jobs):
    from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor

    # the features are on one scale already, so that plain distance means something
    if task.kind == "regression":
        k = max(1, min(15, round(n_rows**0.25) + 3, n_rows))
        return KNeighborsRegressor(n_neighbors=k, weights="distance", algorithm="brute", n_jobs=n_jobs)
    k = max(1, min(51, round(n_rows**0.5), n_rows))
    return KNeighborsClassifier(n_neighbors=k, algorithm="brute", n_jobs=n_jobs)


baseline = Baseline(
    key="knn",
    title="Nearest neighbours",
    summary="Answers as the most similar training rows do. Nothing to learn, slow to ask.",
    make=make,
    max_rows=20_000,  # every prediction looks at all of them
    not_for=("image",),
    cell_us=0.1,
    order=50,
)
