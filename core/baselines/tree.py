"""One decision tree: questions with two answers, one after another."""

from core.baselines import Baseline


def make(task, seed, n_rows, n_jobs):
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    # leaves smaller than these learn noise; a probability needs more rows than a mean
    if task.kind == "regression":
        return DecisionTreeRegressor(min_samples_leaf=max(5, min(20, n_rows // 500)), random_state=seed)
    return DecisionTreeClassifier(min_samples_leaf=max(5, min(100, n_rows // 50)), random_state=seed)


baseline = Baseline(
    key="tree",
    title="Decision tree",
    summary="Questions with two answers, one after another. Can be read aloud; seldom the most accurate.",
    make=make,
    max_rows=1_000_000,
    not_for=("image",),
    cell_us=0.3,
    order=20,
)
