"""A width for each row's range: kept where it serves, near the promised coverage, read back as it was."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.data.ingest import ingest
from core.domain import ModelSpec
from core.errors import BadInput
from core.prediction.difficulty import FILE, load_difficulty, save_difficulty, seen
from core.prediction.margin import LEVEL, Margin
from core.prediction.score import load_scorer
from core.prediction.yardstick import give_or_take
from core.runs.predictions import load_predictions
from core.studies.widths import MOST_ROWS, _as_arrays, _sampled, learned
from tests.core.studies.conftest import Lab


def rows(n: int, seed: int, spread=lambda x: 1 + 3 * (x[:, 0] > 0)):
    """(x, truth, prediction): the model knows the mean, and the truth scatters by what the row is."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 3)).astype(np.float32)
    prediction = 10 + x[:, 1].astype(float)
    return x, prediction + rng.normal(size=n) * spread(x), prediction


def test_rows_that_are_hard_get_wider_ranges_and_as_many_lie_within_as_promised():
    x, truth, prediction = rows(600, 0)
    difficulty = learned(truth, prediction, x, seed=0)
    x, truth, prediction = rows(4000, 1)
    widths = difficulty.widths(x, prediction)
    within = np.abs(truth - prediction) <= widths
    hard = x[:, 0] > 0
    assert widths[hard].mean() > 2.5 * widths[~hard].mean()
    assert within.mean() == pytest.approx(LEVEL, abs=0.03)
    for sort in (hard, ~hard):
        assert within[sort].mean() == pytest.approx(LEVEL, abs=0.07)
    assert widths[~hard].mean() < difficulty.usual < widths[hard].mean()


def test_where_rows_are_all_alike_one_width_stays():
    x, truth, prediction = rows(600, 0, spread=lambda x: 1.0)
    assert learned(truth, prediction, x, seed=0) is None


def test_a_model_that_is_never_off_has_no_difficulty():
    x, _, prediction = rows(200, 0)
    assert learned(prediction, prediction, x, seed=0) is None


def test_the_prediction_alone_tells_something_where_rows_have_too_many_columns():
    x, _, prediction = rows(600, 0)
    truth = prediction + np.random.default_rng(3).normal(size=600) * np.where(prediction > 10, 4, 0.2)
    difficulty = learned(truth, prediction, None, seed=0)
    low, high = difficulty.widths(np.empty((2, 0)), np.array([8.5, 11.5]))
    assert not difficulty.reads_rows and high > 3 * low


def test_the_arrays_say_what_the_forest_says():
    from sklearn.ensemble import RandomForestRegressor

    x, truth, prediction = rows(300, 0)
    looked_at = seen(x, prediction, True)
    forest = RandomForestRegressor(7, min_samples_leaf=5, random_state=0).fit(looked_at, truth)
    np.testing.assert_allclose(_as_arrays(forest).mean(looked_at), forest.predict(looked_at))


def test_it_is_read_back_as_it_was_and_a_row_alone_is_as_wide_as_among_others(tmp_path):
    x, truth, prediction = rows(300, 0)
    difficulty = learned(truth, prediction, x, seed=0, fold=2)
    assert load_difficulty(tmp_path) is None
    save_difficulty(difficulty, tmp_path)
    again = load_difficulty(tmp_path)
    assert (again.n, again.usual, again.fold, again.reads_rows) == (300, difficulty.usual, 2, True)
    together = difficulty.widths(x, prediction)
    alone = [again.widths(x[i : i + 1], prediction[i : i + 1])[0] for i in range(5)]
    np.testing.assert_array_equal(alone, together[:5])


def test_another_versions_file_is_refused_with_a_sentence(tmp_path):
    np.savez(tmp_path / FILE, format=99)
    with pytest.raises(BadInput, match="format 99"):
        load_difficulty(tmp_path)


def test_of_many_rows_a_sample_is_taken_the_same_each_time():
    places = _sampled(3 * MOST_ROWS, 0)
    assert len(places) == MOST_ROWS and (np.diff(places) > 0).all()
    np.testing.assert_array_equal(places, _sampled(3 * MOST_ROWS, 0))


def test_the_sentence_holds_a_rows_width_against_the_usual_one():
    margin = Margin(width=12_000, n=1450, usual=20_000)
    said = give_or_take({"low": 112_000, "high": 136_000}, margin, "EUR")
    assert "narrower than one width for all would be (give or take 20,000 EUR)" in said and "by less" in said
    assert "wider than" in give_or_take({"low": 0, "high": 1}, replace(margin, width=30_000), "EUR")
    assert "for 8 of 10 of the 1,450 validation rows" in said
    assert give_or_take({"low": 0, "high": 1}, replace(margin, usual=None)) != said


@pytest.mark.parametrize("folds", [{}, {"folds": 3}])
def test_a_runs_answers_have_a_width_each(tmp_path, bench, folds):
    x, truth, _ = rows(700, 5)
    lab = Lab(tmp_path)
    pd.DataFrame({"a": x[:, 0], "b": x[:, 1], "y": truth}).round(4).to_csv(tmp_path / "t.csv", index=False)
    lab.dataset = ingest(tmp_path / "t.csv", name="t.csv", owner="ada", home=lab.home)
    run = lab.new_run(ModelSpec(key="ridge"), ModelSpec(key="dummy"), **folds)
    lab.carry_out(run, bench)
    run = lab.store.get(run.id)
    scorer = load_scorer(lab.store, run, 0)
    folder = lab.store.folder(run.id) / "models" / scorer.record.folder
    numbers, _, _ = load_predictions(folder / "predictions.parquet", "test")
    frame = lab.catalog.read(lab.dataset, rows=np.sort(numbers))
    answers = scorer.answer(frame)
    hard = frame["a"] > 0
    assert answers.widths[hard].mean() > 2 * answers.widths[~hard].mean()
    table = answers.table()
    within = (table["low"] <= frame["y"]) & (frame["y"] <= table["high"])
    assert 0.65 < within.mean() < 0.95
    alone = scorer.answer(frame.iloc[[3]])
    assert (
        alone.widths[0] == pytest.approx(answers.widths[3])
        and alone.margins()[0].usual == scorer.margin.width
    )
    assert lab.store.verify(run.id) == (), "its file belongs to the run"
