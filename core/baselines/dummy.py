"""The trivial answer: the training rows' class shares, or their mean. What every model must beat."""

from core.baselines import Baseline


def make(task, seed, n_rows, n_jobs):
    from sklearn.dummy import DummyClassifier, DummyRegressor

    return DummyRegressor(strategy="mean") if task.kind == "regression" else DummyClassifier(strategy="prior")


baseline = Baseline(
    key="dummy",
    title="Always the average",
    summary="Looks at no feature: answers every row with the shares of the classes, or with the mean.",
    make=make,
    family="trivial",
    cell_us=0,
    order=0,
)
