"""Another mix of classes bends the probabilities of training; recalibrated, they are honest wherever they are asked for."""

import dataclasses

import numpy as np
import pytest

from core.domain import ModelSpec
from core.prediction.score import load_scorer
from core.runs.predictions import load_predictions
from tests.core.studies.conftest import NETWORKS, Lab

LINEAR = NETWORKS[0]


@pytest.mark.parametrize("change", [{"sampling": "over"}, {"sampling": "under"}, {"loss": "focal"}])
def test_a_resampled_network_is_recalibrated_by_the_validation_rows(tmp_path, bench, change):
    lab = Lab(tmp_path, "binary", n=400)
    network = ModelSpec(key="linear", params={**LINEAR.params, **change, "recalibrate": True, "epochs": 8})
    run = lab.new_run(network)
    lab.carry_out(run, bench)
    run, record = lab.store.get(run.id), lab.records(run)["linear"]
    assert record.state == "done" and len(record.recalibration) == 3
    path = lab.store.folder(run.id) / "models" / record.folder / "predictions.parquet"
    _, y, told = load_predictions(path, "validation")
    assert told[:, 1].mean() == pytest.approx(y.mean(), abs=0.06)
    rows, _, stored = load_predictions(path, "test")
    frame = lab.catalog.read(lab.dataset, rows=rows[:5])
    assert load_scorer(lab.store, run, record.number).predict(frame) == pytest.approx(stored[:5], abs=1e-4)


def test_parts_that_judge_keep_the_mix_there_is(tmp_path, bench):
    lab = Lab(tmp_path, "binary")
    counts = []
    for sampling in ("as_is", "over"):
        params = LINEAR.params | {"sampling": sampling}
        run = lab.new_run(dataclasses.replace(LINEAR, params=params))
        lab.carry_out(run, bench)
        record = lab.records(run)["linear"]
        path = lab.store.folder(run.id) / "models" / record.folder / "predictions.parquet"
        counts.append(
            [np.bincount(load_predictions(path, part)[1]).tolist() for part in ("validation", "test")]
        )
    assert counts[0] == counts[1]


@pytest.mark.parametrize("kind", ["binary", "regression"])
def test_noise_on_the_inputs_changes_training_alone_and_the_same_seed_the_same(tmp_path, bench, kind):
    lab = Lab(tmp_path, kind)
    values = []
    for noise in (0.0, 0.5, 0.5):
        run = lab.new_run(dataclasses.replace(LINEAR, params=LINEAR.params | {"input_noise": noise}))
        lab.carry_out(run, bench)
        path = lab.store.folder(run.id) / "models" / lab.records(run)["linear"].folder / "predictions.parquet"
        values.append(load_predictions(path, "validation")[2])
    assert not np.allclose(values[0], values[1]) and np.allclose(values[1], values[2], atol=1e-6)
