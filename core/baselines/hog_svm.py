"""Directions of edges, then a linear support vector machine: what found people in photos before networks did."""

from core.baselines import Baseline
from core.baselines.svm import FOLDS


def make(task, seed, n_rows, n_jobs):
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.svm import LinearSVC

    border = LinearSVC(C=0.1, random_state=seed)
    return CalibratedClassifierCV(border, method="sigmoid", cv=FOLDS, ensemble=False)


baseline = Baseline(
    key="hog_svm",
    title="Edge directions and SVM",
    summary="Which way the edges of each part of an image run (HOG), and a straight border between classes.",
    make=make,
    tasks=("binary", "multiclass"),
    max_rows=10_000,
    min_class_rows=FOLDS,
    view="hog",
    made_for="image",
    order=74,
)
