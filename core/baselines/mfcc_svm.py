"""The timbre of a sound in a few figures (MFCC), then a support vector machine: the classic answer before networks."""

from core.baselines import Baseline
from core.baselines.svm import FOLDS


def make(task, seed, n_rows, n_jobs):
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVC, SVR

    if task.kind == "regression":
        return make_pipeline(StandardScaler(), SVR(C=3.0))
    border = CalibratedClassifierCV(SVC(C=5.0), method="sigmoid", cv=FOLDS, ensemble=False)
    return make_pipeline(StandardScaler(), border)


baseline = Baseline(
    key="mfcc_svm",
    title="MFCC statistics and SVM",
    summary="The timbre of each clip in 80 figures (mean and spread of its MFCC and of their changes), and the widest "
    "curved border between classes.",
    make=make,
    max_rows=10_000,  # the time of a curved border grows with the square of the rows
    min_class_rows=FOLDS,
    made_for="sound",
    order=76,
)
