"""Ridge regression: a weighted sum of the features, with a brake on large weights."""

from core.baselines import Baseline


def make(task, seed, n_rows, n_jobs):
    from sklearn.linear_model import Ridge

    return Ridge(alpha=1.0)


baseline = Baseline(
    key="ridge",
    title="Ridge regression",
    summary="A weight for each feature. Fast, easy to explain, and hard to beat where effects add up.",
    make=make,
    tasks=("regression",),
    cell_us=0.1,
    order=10,
)
