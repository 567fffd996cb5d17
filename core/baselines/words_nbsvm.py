"""NB-SVM: naive Bayes says how telling each run of words is, a linear model how to weigh them together."""

from core.baselines import Baseline


def make(task, seed, n_rows, n_jobs):
    from core.baselines._words import LogCountRatio

    return LogCountRatio(c=1.0, smoothing=1.0, seed=seed)


baseline = Baseline(
    key="words_nbsvm",
    title="NB-SVM on words",
    summary="How much more often each class holds a word, weighed by a linear model. Strong on short texts.",
    make=make,
    tasks=("binary", "multiclass"),
    view="words",
    made_for="text",
    order=6,
)
