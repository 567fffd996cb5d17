"""The samples can be made anew, and are hard and easy where they are meant to be."""

import csv
import zipfile
from collections import Counter
from io import BytesIO

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from core.data.samples import FOLDER, list_samples, sample_called
from sample_data.generate.__main__ import write_all
from sample_data.generate.draws import Random, happens, pick
from sample_data.generate.table import Table


@pytest.fixture(scope="module")
def made_anew(tmp_path_factory):
    folder = tmp_path_factory.mktemp("samples")
    write_all(folder)
    return folder


def test_making_the_samples_anew_gives_the_same_bytes(made_anew):
    made = sorted(path.name for path in made_anew.iterdir())
    assert made == sorted(path.name for path in FOLDER.iterdir() if path.suffix in (".csv", ".zip"))
    for name in made:
        assert content(made_anew / name) == content(FOLDER / name), name


def content(path):
    """The file's bytes; of images the pixels, which another zlib writes in other bytes."""
    if path.suffix != ".zip":
        return path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    return {
        name: Image.open(BytesIO(c)).tobytes() if name.endswith(".png") else c for name, c in held.items()
    }


def test_a_table_writes_stated_decimals_and_no_negative_zero():
    table = Table()
    table.number("x", [-0.001, 1.005, 2], 2)
    table.text("t", ["a,b", 'say "c"', ""])
    assert table.to_csv() == b'x,t\n0.00,"a,b"\n1.00,"say ""c"""\n2.00,\n'


def test_an_event_happens_as_often_as_asked():
    rng = Random(1)
    assert abs(happens(rng, rng.normal(0, 2, 20000), 0.16).mean() - 0.16) < 0.01


def test_categories_are_drawn_in_proportion_to_their_weights():
    counts = Counter(pick(Random(2), {"a": 3, "b": 1}, 8000))
    assert abs(counts["a"] / 8000 - 0.75) < 0.02


def column(key: str, name: str) -> list[str]:
    with open(sample_called(key).path, encoding="utf-8", newline="") as file:
        return [row[name] for row in csv.DictReader(file)]


@pytest.mark.parametrize(("key", "name"), [("churn", "currency"), ("loan_default", "product"), ("attrition", "contract_hours_week"), ("digits", "pixel_0_0")])  # fmt: skip
def test_a_constant_column_is_there_to_be_found(key, name):
    assert len(set(column(key, name))) == 1


@pytest.mark.parametrize(("key", "name"), [("churn", "customer_id"), ("loan_default", "loan_id"), ("attrition", "employee_number"), ("house_prices", "listing_id")])  # fmt: skip
def test_an_identifier_is_there_to_be_found(key, name):
    values = column(key, name)
    assert len(set(values)) == len(values)


@pytest.mark.parametrize(("key", "n"), [("campaign", 36), ("sales", 24), ("churn", 0)])
def test_duplicate_rows_are_as_many_as_the_card_says(key, n):
    assert pd.read_csv(sample_called(key).path).duplicated().sum() == n


def test_one_column_of_the_campaign_tells_the_answer():
    agree = np.mean(
        [a == b for a, b in zip(column("campaign", "voucher_redeemed"), column("campaign", "responded"))]
    )
    assert agree > 0.98


# what each binary sample is for: (columns to leave out, AUC of logistic regression, who is ahead)
LESSONS = {
    "churn": (["customer_id"], (0.77, 0.84), "boosting"),
    "campaign": (["voucher_redeemed"], (0.77, 0.84), "nobody"),
    "loan_default": (["loan_id"], (0.66, 0.76), "boosting"),
    "attrition": (["employee_number"], (0.74, 0.84), "nobody"),
}


@pytest.mark.slow
@pytest.mark.parametrize("key", LESSONS)
def test_a_sample_teaches_what_it_is_meant_to_teach(key):
    from sklearn.compose import make_column_selector, make_column_transformer
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import cross_val_score
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler
    from threadpoolctl import threadpool_limits

    without, (low, high), ahead = LESSONS[key]
    sample = sample_called(key)
    frame = pd.read_csv(sample.path).drop(columns=without).drop_duplicates()
    y = frame.pop(sample.target).isin(["yes", 1])
    few_values = [c for c in frame if frame[c].dtype.kind not in "iuf" and frame[c].nunique() < 40]
    prepare = make_column_transformer(
        (
            make_pipeline(SimpleImputer(add_indicator=True), StandardScaler()),
            make_column_selector(dtype_include="number"),
        ),
        (OneHotEncoder(handle_unknown="ignore", min_frequency=10), few_values),
        sparse_threshold=0,
    )
    models = [LogisticRegression(max_iter=500), HistGradientBoostingClassifier(max_iter=60, learning_rate=0.1, max_leaf_nodes=15, random_state=0)]  # fmt: skip
    # one thread: boosting's threads wait for one another by spinning, which is slow on busy cores
    with threadpool_limits(1):
        straight, trees = (
            cross_val_score(make_pipeline(prepare, model), frame, y, cv=3, scoring="roc_auc").mean()
            for model in models
        )
    assert low < straight < high
    assert (trees - straight > 0.01) == (ahead == "boosting"), (straight, trees)


def test_the_samples_cover_every_task():
    assert {s.task for s in list_samples()} == {"binary", "multiclass", "regression"}
