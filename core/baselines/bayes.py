"""Naive Bayes: each feature votes by itself, as if the others did not exist."""

from core.baselines import Baseline


def make(task, seed, n_rows, n_jobs):
    from sklearn.naive_bayes import GaussianNB

    # the smoothing keeps an indicator that is constant within a class from deciding alone
    return GaussianNB(var_smoothing=1e-2)


baseline = Baseline(
    key="bayes",
    title="Naive Bayes",
    summary="Each feature votes by itself. Learns in an instant, even from few rows; too sure of itself.",
    make=make,
    tasks=("binary", "multiclass"),
    not_for=("image",),
    cell_us=0.1,
    order=60,
)
