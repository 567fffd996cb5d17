import numpy as np

from core.baselines.svm import MOST_KERNEL_ROWS, baseline
from core.domain import Task

BINARY = Task(kind="binary", target="y", features=("x",), classes=("no", "yes"), positive_class="yes")


def test_the_border_is_curved_up_to_a_number_of_rows_and_straight_beyond():
    kinds = [
        type(baseline.make(BINARY, 0, n, 1).estimator).__name__
        for n in (MOST_KERNEL_ROWS, MOST_KERNEL_ROWS + 1)
    ]
    assert kinds == ["SVC", "LinearSVC"]


def test_the_straight_border_is_saved_by_the_same_trusted_types(tmp_path):
    import skops.io

    from core.baselines.fitting import TRUSTED_TYPES

    x = np.random.default_rng(0).normal(size=(60, 2))
    for task, y in (
        (BINARY, (x[:, 0] > 0).astype(int)),
        (Task(kind="regression", target="y", features=("x",)), x[:, 0]),
    ):
        estimator = baseline.make(task, 0, MOST_KERNEL_ROWS + 1, 1).fit(x, y)
        skops.io.dump(estimator, tmp_path / "model.skops")
        assert set(skops.io.get_untrusted_types(file=tmp_path / "model.skops")) <= TRUSTED_TYPES
