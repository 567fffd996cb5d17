"""Principal components, then a support vector machine: the classic answer to images before networks."""

from core.baselines import Baseline
from core.baselines.svm import FOLDS

KEPT = 0.9  # of the pixels' variance


def make(task, seed, n_rows, n_jobs):
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.decomposition import PCA
    from sklearn.pipeline import make_pipeline
    from sklearn.svm import SVC, SVR

    if task.kind == "regression":
        return make_pipeline(PCA(KEPT, svd_solver="full"), SVR(C=3.0))
    border = CalibratedClassifierCV(SVC(C=5.0), method="sigmoid", cv=FOLDS, ensemble=False)
    return make_pipeline(PCA(KEPT, svd_solver="full"), border)


baseline = Baseline(
    key="pca_svm",
    title="Principal components and SVM",
    summary="The directions in which images differ most, and the widest curved border between classes along them.",
    make=make,
    max_rows=10_000,  # the time of a curved border grows with the square of the rows
    min_class_rows=FOLDS,
    made_for="image",
    order=72,
)
