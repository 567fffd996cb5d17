"""Naive Bayes on words: each word votes by itself. Reads nothing but the texts."""

from core.baselines import Baseline


def make(task, seed, n_rows, n_jobs):
    from sklearn.naive_bayes import MultinomialNB

    from core.baselines._words import CountsOfRuns, OnRuns

    return OnRuns(CountsOfRuns(), MultinomialNB(alpha=0.3))


baseline = Baseline(
    key="words_bayes",
    title="Naive Bayes on words",
    summary="Each word votes by itself; columns other than texts are not read. Learns in an instant.",
    make=make,
    tasks=("binary", "multiclass"),
    view="words",
    made_for="text",
    order=8,
)
