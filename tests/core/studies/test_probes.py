"""Columns that tell nothing are left out, by the training rows alone."""

import json

import numpy as np
import pandas as pd
import pytest

from core.domain import Column, Task
from core.prediction.contract import load_contract
from core.prediction.score import load_scorer, number_of
from core.preparation import Preparation
from core.studies.probes import CHANCE, WORTH_OFFERING, left_out, said_of_left_out, without_noise
from tests.core.studies.conftest import Lab

N, NOISE = 400, 40


def frame_of(kind, seed=0):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({f"noise {i}": rng.normal(size=N) for i in range(NOISE)})
    frame["size"], frame["plan"] = rng.normal(size=N), rng.choice(["free", "basic", "pro"], N)
    frame["town"] = [f"town {i}" for i in rng.integers(20, size=N)]
    signal = 2 * frame["size"] + 1.5 * (frame["plan"] == "pro") + 0.3 * rng.normal(size=N)
    frame["y"] = signal * 50 if kind == "regression" else np.where(signal > 0.5, "yes", "no")
    return frame


def fitted(kind, frame):
    names = [n for n in frame.columns if n != "y"]
    classes = () if kind == "regression" else ("no", "yes")
    task = Task(
        kind=kind, target="y", features=tuple(names), classes=classes, metric="auc" if classes else "rmse"
    )
    kinds = {"plan": "category", "town": "category"}
    columns = tuple(Column(name=n, kind=kinds.get(n, "decimal")) for n in names)
    return Preparation.fit(frame, columns, task)


@pytest.mark.parametrize("kind", ["binary", "regression"])
def test_what_tells_stays_and_nearly_all_noise_goes(kind):
    frame = frame_of(kind)
    before = fitted(kind, frame)
    after = without_noise(before, frame, 0)
    kept = {c.name for c in after.columns}
    assert {"size", "plan"} <= kept and len(kept) <= 2 + 0.15 * NOISE
    out = {d.name for d in after.dropped if d.reason == CHANCE}
    assert out | kept == {c.name for c in before.columns} and not out & kept
    assert without_noise(before, frame, 0) == after, "the same seed leaves the same out"
    assert Preparation.from_plain(json.loads(json.dumps(after.to_plain()))) == after


def test_where_nothing_tells_anything_nothing_is_left_out():
    frame = frame_of("binary")
    names = [n for n in frame.columns if n.startswith("noise")][:1]
    frame = frame[[*names, "y"]].assign(y=np.random.default_rng(1).choice(["yes", "no"], N))
    before = fitted("binary", frame)
    assert without_noise(before, frame, 0).columns == before.columns


def test_a_run_that_selects_says_what_it_left_out_and_each_fold_selects_by_itself(
    tmp_path, bench, monkeypatch
):
    import tests.core.studies.conftest as conftest
    from core.domain import ModelSpec

    monkeypatch.setattr(conftest, "toy_frame", lambda kind, n: frame_of(kind))
    lab = Lab(tmp_path, "binary", n=N)
    for folds in (0, 2):
        run = lab.new_run(ModelSpec(key="logistic"), ModelSpec(key="dummy"), selects=True, folds=folds)
        lab.carry_out(run, bench)
        run = lab.store.get(run.id)
        names = left_out(lab.store.folder(run.id), run)
        assert len(names) > 0.5 * NOISE and not {"size", "plan"} & set(names)
        assert lab.records(run)["logistic"].state == "done"
        asked = load_contract(lab.store.folder(run.id)).names
        assert set(asked) == set(run.spec.task.features) - set(names), (
            "new rows are asked for the others alone"
        )
        scorer = load_scorer(lab.store, run, number_of(lab.store, run, "logistic"))
        assert len(scorer.predict(frame_of(kind="binary")[asked])) == N
        said = said_of_left_out(lab.store.folder(run.id), run)
        assert said.startswith(f"{len(names)} of {NOISE + 3} columns") and "more" in said
    plain = lab.new_run(ModelSpec(key="dummy"))
    lab.carry_out(plain, bench)
    assert left_out(lab.store.folder(plain.id), lab.store.get(plain.id)) == ()
    assert len(lab.spec().task.features) >= WORTH_OFFERING
