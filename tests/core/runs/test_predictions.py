import numpy as np
import pytest

from core.runs.predictions import load_predictions, save_predictions

ROWS = {"validation": np.array([5, 2]), "test": np.array([9, 1, 4])}


@pytest.mark.parametrize("n_classes", [None, 2, 12], ids=["values", "binary", "twelve classes"])
def test_each_part_comes_back_as_it_was_saved(tmp_path, n_classes):
    rng = np.random.default_rng(0)
    parts = {}
    for part, rows in ROWS.items():
        shape = (len(rows), n_classes) if n_classes else len(rows)
        truth = rng.integers(2, size=len(rows)).astype(np.int32) if n_classes else rng.normal(size=len(rows))
        parts[part] = (rows, truth, rng.random(shape))
    save_predictions(tmp_path / "predictions.parquet", parts)
    for part, saved in parts.items():
        for got, wanted in zip(load_predictions(tmp_path / "predictions.parquet", part), saved, strict=True):
            assert np.array_equal(got, wanted) and got.dtype == wanted.dtype
    assert [p.name for p in tmp_path.iterdir()] == ["predictions.parquet"]
