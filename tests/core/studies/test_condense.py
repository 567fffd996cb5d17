"""Many columns are made few by the training rows alone, for every model of a run, and it travels with the run."""

import json

import numpy as np
import pandas as pd
import pytest

import tests.core.studies.conftest as conftest
from core.domain import ModelSpec
from core.errors import BadInput
from core.prediction.score import load_scorer, number_of
from core.preparation import Preparation
from core.studies.condense import is_wide, said_of_condensing
from core.studies.prepare import prepare
from tests.core.studies.conftest import Lab

N, WIDTH = 300, 30
TINY = {"epochs": 40, "batch_size": 16, "learning_rate": 0.05}
MODELS = (ModelSpec(key="linear", params=TINY), ModelSpec(key="logistic"), ModelSpec(key="dummy"))


def frame_of(*_):
    rng = np.random.default_rng(0)
    hidden = rng.normal(size=(N, 3))
    values = hidden @ rng.normal(size=(3, WIDTH)) + 0.1 * rng.normal(size=(N, WIDTH))
    frame = pd.DataFrame(values, columns=[f"sensor {i}" for i in range(WIDTH)])
    frame["plan"] = rng.choice(["free", "basic", "pro"], N)
    return frame.assign(y=np.where(hidden[:, 0] > 0, "yes", "no"))


@pytest.fixture(scope="module")
def wide(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(conftest, "toy_frame", frame_of)
        return Lab(tmp_path_factory.mktemp("wide"), n=N)


@pytest.mark.parametrize(("way", "folds"), [("pca", 0), ("pca", 2), ("autoencoder", 0)])
def test_every_model_learns_from_the_components_and_new_rows_come_as_they_are(wide, bench, way, folds):
    run = wide.new_run(*MODELS, condenses=way, folds=folds)
    wide.carry_out(run, bench)
    run = wide.store.get(run.id)
    for key in ("linear", "logistic"):
        scorer = load_scorer(wide.store, run, number_of(wide.store, run, key))
        assert [*scorer.voice.preparation.input_specs] == ["numeric"]
        frame = frame_of()
        answered = scorer.predict(frame)
        right = (answered.argmax(axis=1) == (frame["y"] == "yes")).mean()
        assert right > 0.85, f"{key} keeps what the columns tell"
        mixed = frame.assign(
            **{
                f"sensor {i}": frame[f"sensor {i}"].sample(frac=1, random_state=0).to_numpy()
                for i in range(WIDTH)
            }
        )
        assert np.abs(scorer.predict(mixed) - answered).mean() > 0.2, "it still answers by the columns"
    said = said_of_condensing(wide.store.folder(run.id), run)
    assert said.startswith(f"{WIDTH + 3} prepared columns") and "%" in said


def test_it_is_fitted_on_the_training_rows_of_the_fold(wide):
    run = wide.new_run(*MODELS, condenses="pca", folds=2)
    folder = wide.store.folder(run.id)
    for fold in (1, 2):
        prepared = prepare(run.spec, wide.dataset, wide.catalog, folder, fold=fold)
        means = prepared.rows["train"].read(0, N).inputs["numeric"].mean(axis=0)
        others = prepared.rows["validation"].read(0, N).inputs["numeric"].mean(axis=0)
        assert np.abs(means).max() < 1e-4 < np.abs(others).max()
        stored = json.loads((folder / f"fold-{fold}" / "preparation.json").read_text(encoding="utf-8"))
        assert Preparation.from_plain(stored).condensed == prepared.preparation.condensed


def test_columns_with_inputs_of_their_own_leave_nothing_to_condense(wide):
    from core.studies.condense import condensed

    class Texts:
        group_width = 0

    with pytest.raises(BadInput, match="nothing that principal components could condense"):
        condensed(Texts(), "pca", None, 0)


def test_it_is_proposed_where_columns_are_many_against_rows():
    assert is_wide(100, 900) and not is_wide(20, 900)
