"""Images from end to end: a zip becomes a run, another zip its answers, and an answer shows where the network looked."""

import base64
import io
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from core.commands import OWNER
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
from tests.core.pictures import bars, bars_zip, drawn, encoded, zipped

TINY = (
    "--param",
    "layers=conv 4, pool 2, conv 8, average",
    "--param",
    "epochs=12",
    "--param",
    "learning_rate=0.01",
)


@pytest.fixture(scope="module")
def trained(terminal):
    path = bars_zip(terminal.folder / "bars.zip", n_each=40)
    said = terminal("train", path, "--target", "class", "--model", "cnn,hog_svm,pca_svm", *TINY, "--json")
    assert said.status == 0, said.err
    return said.json


@pytest.fixture(scope="module")
def store(terminal, trained):
    return RunStore(Home(terminal.home))


def test_every_model_is_scored_and_edges_tell_bars_apart(trained):
    scores = {s["model"]: s["value"] for s in trained["scores"]}
    assert set(scores) == {"cnn", "hog_svm", "pca_svm", "dummy"}
    assert scores["hog_svm"] > 0.9 and scores["cnn"] > 0.7


def test_a_zip_of_new_images_is_predicted_and_what_is_none_is_said(terminal, trained):
    new = {f"new/{n}.png": encoded(drawn("lying", 5_000 + n)) for n in range(5)}
    path = zipped(terminal.folder / "new.zip", {**new, "new/broken.png": b"\x89PNG no more"})
    out = terminal.folder / "answers.csv"
    said = terminal("predict", trained["run"], path, "--out", out, "--json")
    assert said.status == 0, said.err
    answers = pd.read_csv(out)
    assert len(answers) == 5 and set(answers["prediction"]) <= {"lying", "standing"}
    assert "image" not in answers.columns or answers["image"].isna().all()


def test_a_table_of_pixels_is_predicted_as_the_images_it_holds(terminal, trained):
    import numpy as np

    images = [drawn(kind, 7_000 + n) for n in range(4) for kind in ("lying", "standing")]
    names = [f"pixel{n}" for n in range(144)]
    path, out = terminal.folder / "pixels.csv", terminal.folder / "of-pixels.csv"
    pd.DataFrame(np.stack(images).reshape(8, -1), columns=names).to_csv(path, index=False)
    said = terminal("predict", trained["run"], path, "--out", out, "--json")
    assert said.status == 0, said.err
    assert len(pd.read_csv(out)) == 8


def test_a_form_row_is_read_as_an_image_or_said_to_be_none(store, trained):
    contract = load_contract(store.folder(trained["run"]))
    (field,) = contract.fields
    assert field.kind == "image" and not field.choices and field.dark_paper is True
    sound = base64.b64encode(encoded(drawn("lying", 1))).decode()
    frame, problems = rows_from_form(
        [{"image": sound}, {"image": "bm8gaW1hZ2U="}, {"image": "no base64!"}, {}], contract
    )
    assert frame["image"].notna().tolist() == [True, False, False, False]
    assert [p.row for p in problems] == [1, 2]


def test_a_random_test_row_predicts_as_the_run_did(store, terminal, trained):
    import numpy as np

    from core.data.catalog import Catalog

    run = store.get(trained["run"], OWNER)
    scorer = load_scorer(store, run, 0)
    example = random_test_row(
        store, Catalog(Home(terminal.home)), run, scorer.contract, np.random.default_rng(0)
    )
    frame, problems = rows_from_form([example.values], scorer.contract)
    folder = store.folder(run.id) / "models" / read_records(store.folder(run.id), run.spec)[0].folder
    rows, _, prediction = load_predictions(folder / "predictions.parquet", "test")
    own = prediction[rows.tolist().index(example.number - 1)]
    assert not problems and scorer.predict(frame)[0] == pytest.approx(own, abs=1e-4)


def test_the_images_of_test_rows_are_those_of_the_file(store, terminal, trained):
    from core.data.catalog import Catalog

    catalog = Catalog(Home(terminal.home))
    run = store.get(trained["run"], OWNER)
    assert media_features(run, catalog, store) == {"image": "image"}
    found = judged_files(run, catalog, store, "image", [0, 41])
    files = list(bars(40).values())
    assert found == {0: files[0], 41: files[41]}


def test_where_the_network_looked_comes_as_pictures(store, terminal, trained):
    from core.wiring import handlers

    class Context:
        home = Home(terminal.home)

    row = {"image": base64.b64encode(encoded(drawn("lying", 1))).decode()}
    payload = {"run": trained["run"], "model": 0, "row": row, "column": "image"}
    job = Job(id="a" * 20, kind="explain_image", lane="interactive", owner=OWNER, payload=payload)
    answer = handlers()["explain_image"](job, Context())
    assert answer["about"] in ("lying", "standing")
    assert all(base64.b64decode(answer[name]).startswith(b"\x89PNG") for name in ("cam", "saliency"))
    from core.errors import NotApplicable

    with pytest.raises(NotApplicable):
        handlers()["explain_image"](replace(job, payload=payload | {"model": 1}), Context())


def test_columns_of_pixels_are_read_as_images_where_that_is_asked_for(terminal):
    path = terminal.folder / "pixels.csv"
    pixels = [drawn(kind, n).reshape(-1) for n in range(10) for kind in ("lying", "standing")]
    pd.DataFrame(pixels).add_prefix("pixel").assign(label=["lying", "standing"] * 10).to_csv(
        path, index=False
    )
    said = terminal("profile", path, "--json")
    assert len(said.json["columns"]) == 145 and "images of 12 × 12. With --images" in said.err
    said = terminal("profile", path, "--images", "--json")
    assert [c["kind"] for c in said.json["columns"]] == ["category", "image"]
    assert said.json["rows"] == 20 and "--images" not in said.err


def test_a_file_without_pixels_is_not_read_as_images(terminal, table):
    said = terminal("profile", table, "--images")
    assert said.status == 2 and "no columns of pixels" in said.err


def test_white_is_the_brightest_pixel_of_all_rows_not_of_the_first_thousand(terminal):
    path = terminal.folder / "dim.csv"
    pixels = np.zeros((1_100, 64), int)
    pixels[:, 20] = 8
    pixels[-1, 20] = 16
    pd.DataFrame(pixels).add_prefix("pixel").assign(label=["a", "b"] * 550).to_csv(path, index=False)
    said = terminal("profile", path, "--images", "--json")
    assert said.json["rows"] == 1_100 and not said.json.get("rejected")
    out = terminal.folder / "images.csv"
    assert terminal("convert", path, "--images", "--out", out).status == 0
    first, last = (
        np.asarray(Image.open(io.BytesIO(base64.b64decode(pd.read_csv(out)["image"].iloc[n]))))
        for n in (0, -1)
    )
    assert first.max() == 128 and last.max() == 255


def test_white_in_new_rows_is_what_it_was_in_training_rows(terminal):
    """Bright squares against dim ones: alone in a file, dim ones must not become white."""
    rng = np.random.default_rng(0)
    pixels = np.zeros((200, 64), int)
    pixels[:, 18:46] = np.where(np.arange(200) % 2, 16, 6)[:, None] - rng.integers(0, 2, (200, 28))
    names = {"columns": [f"pixel{n}" for n in range(64)]}
    path, dim, out = (terminal.folder / name for name in ("seen.csv", "dim_only.csv", "of_dim.csv"))
    pd.DataFrame(pixels, **names).assign(label=["dim", "bright"] * 100).to_csv(path, index=False)
    pd.DataFrame(pixels[:10:2], **names).to_csv(dim, index=False)
    said = terminal("train", path, "--images", "--target", "label", "--model", "logistic", "--json")
    assert said.status == 0, said.err
    (field,) = load_contract(Home(terminal.home).runs / said.json["run"]).fields
    assert field.white == 16
    assert terminal("predict", said.json["run"], dim, "--out", out).status == 0
    assert set(pd.read_csv(out)["prediction"]) == {"dim"}
