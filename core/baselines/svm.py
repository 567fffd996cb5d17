"""A support vector machine: the widest border between classes, curved up to 5 000 rows."""

from core.baselines import Baseline

MOST_KERNEL_ROWS = 5_000  # the time of a curved border grows with the square of the rows
FOLDS = 3  # of the rows that turn distances from the border into probabilities


def make(task, seed, n_rows, n_jobs):
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.svm import SVC, SVR, LinearSVC, LinearSVR

    curved = n_rows <= MOST_KERNEL_ROWS
    if task.kind == "regression":
        return SVR(C=3.0) if curved else LinearSVR(C=1.0, max_iter=2000, random_state=seed)
    border = SVC(C=1.0) if curved else LinearSVC(C=0.1, dual=False, random_state=seed)
    # SVC's own probabilities are deprecated in scikit-learn 1.9 in favour of this
    return CalibratedClassifierCV(border, method="sigmoid", cv=FOLDS, ensemble=False)


baseline = Baseline(
    key="svm",
    title="Support vector machine",
    summary="The widest border between classes: curved up to 5 000 rows, straight beyond.",
    make=make,
    max_rows=100_000,
    min_class_rows=FOLDS,
    not_for=("image",),
    cell_us=15,
    order=70,
)
