import json
from dataclasses import replace

import numpy as np
import pytest

from core import codec
from core.domain import Score, Task
from core.evaluation.compare import Choosing, recommend
from core.evaluation.practice import Practice
from core.evaluation.verdict import Verdict
from core.figures import duration

BINARY = Task(
    kind="binary", target="y", features=(), classes=("no", "yes"), positive_class="yes", metric="auc"
)
PRICE = Task(kind="regression", target="y", features=(), metric="rmse")
Y = (np.random.default_rng(0).random(1000) < 0.4).astype(int)
FAMILIES = {"mlp": "deep", "wide": "deep", "forest": "classic", "knn": "classic", "dummy": "trivial"}
TITLES = {"mlp": "Perceptron", "forest": "Random forest", "dummy": "Always the average"}


def predicted(skill, seed):
    p = np.clip((1 - skill) * np.random.default_rng(seed).random(len(Y)) + skill * Y, 0, 1)
    return np.column_stack([1 - p, p])


def verdict(
    skills, *, validation=None, fits=None, task=BINARY, y=Y, predictions=None, titles=None, choosing=None
):
    """The verdict on models of these skills; validation scores default to the skill."""
    from core.evaluation.metrics import METRICS

    keys = list(skills)
    if predictions is None:
        predictions = {n: predicted(skills[k], seed=n + 10) for n, k in enumerate(keys)}
        predictions |= {n: np.full((len(Y), 2), 0.5) for n, k in enumerate(keys) if k == "dummy"}

    def scores(part, value):
        return [
            Score(
                model=k,
                number=n,
                family=FAMILIES[k],
                part=part,
                metric=task.metric,
                value=value(n, k),
                fit_s=(fits or {}).get(k, 40.0 if FAMILIES[k] == "deep" else 2.0),
                predict_us_per_row=10.0,
            )
            for n, k in enumerate(keys)
        ]

    validation = {**skills, **(validation or {})}
    return recommend(
        scores("validation", lambda n, k: validation[k]),
        scores("test", lambda n, k: METRICS[task.metric].compute(y, predictions[n], task)),
        y,
        predictions,
        task,
        titles=titles or {n: TITLES.get(k, k) for n, k in enumerate(keys)},
        choosing=choosing,
    )


def test_a_network_that_is_better_is_recommended_with_both_values():
    result = verdict({"mlp": 0.5, "forest": 0.1, "dummy": 0.0})
    assert (result.code, result.recommended, result.network, result.classic) == ("network_better", 0, 0, 1)
    assert "Perceptron is better than Random forest" in result.sentence
    assert "40 s" in result.sentence and "2.0 s" in result.sentence
    assert result.difference.low > 0


def test_a_classic_that_is_better_is_recommended():
    result = verdict({"mlp": 0.1, "forest": 0.5, "dummy": 0.0})
    assert (result.code, result.recommended) == ("classic_better", 1)
    assert result.difference.high < 0 < float(result.parameters["low"])


@pytest.mark.parametrize(
    ("fits", "recommended"), [({"mlp": 1.0}, 0), ({"forest": 1.0}, 1), ({"mlp": 2.0}, 1)]
)
def test_without_a_difference_the_quicker_to_train_is_recommended(fits, recommended):
    result = verdict({"mlp": 0.3, "forest": 0.3, "dummy": 0.0}, fits=fits)
    assert (result.code, result.recommended) == ("equal_quicker", recommended)
    chosen = ["Perceptron", "Random forest"][recommended]
    assert f"{chosen} is recommended, because it is the quicker" in result.sentence


@pytest.mark.parametrize(("skills", "recommended"), [((0.9, 0.1), 0), ((0.1, 0.9), 1)])
def test_of_equals_on_the_test_rows_the_one_that_validation_rows_find_better(skills, recommended):
    said = [predicted(skill, seed=30 + n) for n, skill in enumerate(skills)]
    choosing = Choosing(y=Y, prediction=lambda number: said[number])
    fits = {"mlp": 1.0, "forest": 2.0} if recommended else {"mlp": 2.0, "forest": 1.0}
    result = verdict({"mlp": 0.3, "forest": 0.3, "dummy": 0.0}, fits=fits, choosing=choosing)
    assert (result.code, result.recommended) == ("equal_chosen", recommended), "although it is the slower one"
    assert "because the validation rows speak for it: AUC" in result.sentence
    assert 0 < float(result.parameters["chosen_low"]) < float(result.parameters["chosen_high"])


def test_where_validation_rows_show_no_difference_either_the_quicker_one_is_recommended():
    choosing = Choosing(y=Y, prediction=lambda number: predicted(0.3, seed=40 + number))
    result = verdict({"mlp": 0.3, "forest": 0.3, "dummy": 0.0}, choosing=choosing)
    assert (result.code, result.recommended) == ("equal_quicker", 1)


def test_a_few_rows_that_both_miss_by_far_do_not_hide_which_one_is_nearer_on_the_others():
    """So it was with sales by the order: off by 152 at the median against 19, with the same root of squares."""
    rng = np.random.default_rng(4)
    y = rng.normal(100, 20, 400)
    y[:4] += 20_000  # which nobody foresaw
    near, far = (
        np.where(y > 5_000, 100, y) + rng.normal(0, 1, 400),
        np.full(400, 100.0) + rng.normal(0, 90, 400),
    )
    predictions = {0: far, 1: near, 2: np.full(400, -900.0)}
    result = verdict(
        {"mlp": 1.0, "forest": 1.0, "dummy": 1.0}, task=PRICE, y=y, predictions=predictions,
        fits={"mlp": 1.0}, choosing=Choosing(y=y, prediction=predictions.get),
    )  # fmt: skip
    assert result.difference.low < 0 < result.difference.high
    assert (result.code, result.recommended) == ("equal_chosen", 1)
    assert "Median absolute error" in result.sentence


def test_nothing_is_recommended_over_the_trivial_answer_without_showing_a_gain():
    result = verdict({"mlp": 0.0, "forest": 0.0, "dummy": 0.0})
    assert (result.code, result.recommended) == ("nothing_beats_trivial", 2)
    assert "Do not act" in result.sentence


def test_a_model_that_does_not_beat_the_trivial_answer_is_not_recommended_for_being_cheap():
    y = np.arange(200.0)
    rng = np.random.default_rng(3)
    mean = np.full(200, y.mean())
    good = mean + 0.02 * (y - mean)
    poor = good + 12 * rng.normal(size=200)
    result = verdict(
        {"mlp": 1.0, "forest": 1.0, "dummy": 1.0},
        task=PRICE,
        y=y,
        predictions={0: good, 1: poor, 2: mean},
        fits={"forest": 0.1},
    )
    assert (result.code, result.recommended) == ("equal_useful", 0)
    assert "quicker" not in result.sentence and "only it is shown" in result.sentence


def test_models_of_one_kind_are_called_by_their_own_titles():
    skills = {"mlp": 0.5, "forest": 0.1, "knn": 0.05, "dummy": 0.0}
    titles = {0: "Perceptron", 1: "Forest (1)", 2: "Forest (2)", 3: "Average"}
    result = verdict(skills, validation={"knn": 0.9}, titles=titles)
    assert "better than Forest (2)" in result.sentence and "Forest (1)" not in result.sentence


def test_a_verdict_of_an_earlier_rule_still_loads_and_claims_no_reason_it_did_not_have():
    """The first rule recommended, of equals, the quicker to predict, whatever took longer to train."""
    parameters = {
        "network": "Perceptron", "network_value": "0.810", "network_fit": "12 s", "network_us_per_row": "3.1",
        "classic": "Random forest", "classic_value": "0.812", "classic_fit": "2.0 s", "classic_us_per_row": "9.0",
        "low": "-0.01", "high": "0.01", "metric": "AUC", "recommended": "Perceptron",
    }  # fmt: skip
    stored = {
        "code": "no_difference",
        "parameters": parameters,
        "recommended": 0,
        "network": 0,
        "classic": 1,
        "difference": {"value": 0.0, "low": -0.01, "high": 0.01, "p_better": 0.5},
    }
    result = codec.from_plain(Verdict, stored)
    assert "Perceptron was recommended" in result.sentence and "quicker" not in result.sentence


def test_the_champion_is_chosen_on_validation_rows_whatever_the_test_says():
    result = verdict(
        {"mlp": 0.1, "wide": 0.6, "forest": 0.1, "dummy": 0.0}, validation={"mlp": 0.9, "wide": 0.2}
    )
    assert result.network == 0


@pytest.mark.parametrize(
    ("skills", "code"), [({"mlp": 0.5}, "only_network"), ({"forest": 0.5}, "only_classic")]
)
@pytest.mark.parametrize("trivial", [{}, {"dummy": 0.0}])
def test_one_camp_alone_is_said_to_be_alone(skills, code, trivial):
    result = verdict(skills | trivial)
    assert (result.code, result.recommended) == (code, 0)
    assert result.sentence


@pytest.mark.parametrize(("skills", "recommended"), [({}, None), ({"dummy": 0.0}, 0)])
def test_without_any_model_there_is_nothing_to_compare(skills, recommended):
    result = verdict(skills)
    assert (result.code, result.recommended) == ("nothing_scored", recommended)
    assert result.sentence


def test_a_model_without_a_validation_value_takes_no_part():
    assert verdict({"mlp": 0.5, "forest": 0.1}, validation={"mlp": None}).code == "only_classic"


def test_of_errors_the_smaller_wins():
    y = 1e5 + 1e4 * np.random.default_rng(0).normal(size=400)
    noise = np.random.default_rng(1).normal(size=400)
    result = verdict(
        {"mlp": 100.0, "forest": 5000.0, "dummy": 9000.0},
        task=PRICE,
        y=y,
        predictions={0: y + 100 * noise, 1: y + 5000 * noise, 2: np.full(400, 1e5)},
    )
    assert (result.code, result.recommended) == ("network_better", 0)
    assert result.parameters["classic_value"].startswith(("4,", "5,"))  # four figures, grouped


def test_a_model_that_has_no_number_takes_no_part():
    assert verdict({"mlp": 0.5, "forest": 0.1}, validation={"mlp": float("nan")}).code == "only_classic"


def test_too_few_test_rows_for_an_interval_leave_the_difference_open():
    y = np.array([5.0, 5.0, 5.0, 6.0])
    result = verdict(
        {"mlp": 1.0, "forest": 1.0},
        task=replace(PRICE, metric="r2"),
        y=y,
        predictions={0: y + [0.1, 0, 0, 0], 1: y + [0, 0, 0, 0.1]},
    )
    again = codec.from_plain(Verdict, json.loads(codec.dumps(result)))
    assert again == result and result.code == "equal_quicker" and result.sentence


def test_what_the_model_does_in_practice_follows_the_verdict():
    told = Practice(code="typical_miss", parameters={"model": "Ridge", "median": "3.1", "large": "9.2"})
    result = replace(verdict({"mlp": 0.5, "forest": 0.1, "dummy": 0.0}), practice=told)
    assert result.sentence.endswith(told.sentence)
    assert codec.from_plain(Verdict, json.loads(codec.dumps(result))) == result


def test_a_verdict_survives_json():
    for skills in ({"mlp": 0.5, "forest": 0.1, "dummy": 0.0}, {"forest": 0.3}, {}):
        result = verdict(skills)
        again = codec.from_plain(Verdict, json.loads(codec.dumps(result)))
        assert again == result and again.sentence == result.sentence


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (0.04, "under 0.1 s"),
        (0.44, "0.4 s"),
        (9.96, "10 s"),
        (40, "40 s"),
        (200, "3 min 20 s"),
        (7500, "2 h 5 min"),
    ],
)
def test_a_duration_reads_as(seconds, text):
    assert duration(seconds) == text
