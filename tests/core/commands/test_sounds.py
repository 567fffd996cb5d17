"""Sounds from end to end: a zip becomes a run, another zip its answers, and an answer shows where the network listened."""

import base64

import numpy as np
import pandas as pd
import pytest

from core.commands import OWNER
from core.data.catalog import Catalog
from core.data.clips import ordinary
from core.home import Home
from core.jobs.job import Job
from core.prediction.contract import load_contract
from core.prediction.examples import random_test_row
from core.prediction.rows import rows_from_form
from core.prediction.score import load_scorer
from core.runs.predictions import load_predictions
from core.runs.records import read_records
from core.runs.store import RunStore
from core.studies.judged_files import judged_files, media_features
from tests.core.clips import encoded, tone, tones, tones_zip
from tests.core.pictures import zipped

TINY = ("--param", "filters=8,8", "--param", "epochs=12", "--param", "learning_rate=0.01")


@pytest.fixture(scope="module")
def trained(terminal):
    path = tones_zip(terminal.folder / "tones.zip", n_each=40)
    said = terminal(
        "train", path, "--target", "class", "--model", "crnn,mfcc_svm,mfcc_forest", *TINY, "--json"
    )
    assert said.status == 0, said.err
    return said.json


@pytest.fixture(scope="module")
def store(terminal, trained):
    return RunStore(Home(terminal.home))


def test_every_model_is_scored_and_a_rise_is_told_from_a_fall(trained):
    scores = {s["model"]: s["value"] for s in trained["scores"]}
    assert set(scores) == {"crnn", "mfcc_svm", "mfcc_forest", "dummy"}
    assert scores["crnn"] > 0.7


def test_a_zip_of_new_sounds_is_predicted_and_what_is_none_is_said(terminal, trained):
    new = {f"new/{n}.wav": encoded(tone("rising", 5_000 + n)) for n in range(5)}
    path = zipped(terminal.folder / "new.zip", {**new, "new/broken.wav": b"RIFF no more"})
    out = terminal.folder / "answers.csv"
    said = terminal("predict", trained["run"], path, "--out", out, "--json")
    assert said.status == 0, said.err
    answers = pd.read_csv(out)
    assert len(answers) == 5 and set(answers["prediction"]) <= {"falling", "rising"}
    assert "sound" not in answers.columns


def test_a_form_row_is_read_as_a_sound_or_said_to_be_none(store, trained):
    contract = load_contract(store.folder(trained["run"]))
    (field,) = contract.fields
    assert field.kind == "sound" and not field.choices and field.heard_s == pytest.approx(0.3)
    rows = [base64.b64encode(encoded(tone("rising", 1))).decode(), "bm8gc291bmQ=", "no base64!", None]
    frame, problems = rows_from_form([{"sound": row} for row in rows], contract)
    assert frame["sound"].notna().tolist() == [True, False, False, False]
    assert frame["sound"].iloc[0] == ordinary(encoded(tone("rising", 1))).content
    assert [p.row for p in problems] == [1, 2]


def test_a_random_test_row_predicts_as_the_run_did(store, terminal, trained):
    run = store.get(trained["run"], OWNER)
    scorer = load_scorer(store, run, 0)
    catalog = Catalog(Home(terminal.home))
    example = random_test_row(store, catalog, run, scorer.contract, np.random.default_rng(0))
    frame, problems = rows_from_form([example.values], scorer.contract)
    folder = store.folder(run.id) / "models" / read_records(store.folder(run.id), run.spec)[0].folder
    rows, _, prediction = load_predictions(folder / "predictions.parquet", "test")
    own = prediction[rows.tolist().index(example.number - 1)]
    assert not problems and scorer.predict(frame)[0] == pytest.approx(own, abs=1e-4)


def test_the_sounds_of_test_rows_are_those_of_the_file(store, terminal, trained):
    catalog, run = Catalog(Home(terminal.home)), store.get(trained["run"], OWNER)
    assert media_features(run, catalog, store) == {"sound": "sound"}
    files = list(tones(40).values())
    found = judged_files(run, catalog, store, "sound", [0, 41])
    assert found == {row: ordinary(files[row]).content for row in (0, 41)}


def test_where_the_network_listened_comes_as_pictures(store, terminal, trained):
    from core.wiring import handlers

    class Context:
        home = Home(terminal.home)

    row = {"sound": base64.b64encode(encoded(tone("rising", 1))).decode()}
    payload = {"run": trained["run"], "model": 0, "row": row, "column": "sound"}
    job = Job(id="a" * 20, kind="explain_image", lane="interactive", owner=OWNER, payload=payload)
    answer = handlers()["explain_image"](job, Context())
    assert answer["about"] in ("falling", "rising")
    assert all(base64.b64decode(answer[name]).startswith(b"\x89PNG") for name in ("cam", "saliency"))
