import pytest

from core.domain import Task
from core.prediction.contract import Outcome
from core.prediction.margin import Margin
from core.prediction.yardstick import beside_training_rows, give_or_take, in_hindsight, with_unit

BINARY = Task(kind="binary", target="churned", features=(), classes=("no", "yes"), positive_class="yes")
DIGITS = Task(kind="multiclass", target="digit", features=(), classes=("1", "2", "3"))
PRICE = Task(kind="regression", target="price", features=())


def a_class(task: Task, *shares: float) -> dict:
    place = max(range(len(shares)), key=shares.__getitem__)
    return {"prediction": task.classes[place]} | {f"p_{c}": p for c, p in zip(task.classes, shares)}


@pytest.mark.parametrize(
    ("probability", "said"),
    [
        (0.648, "27.0% of the training rows are “yes”: at 64.8% this one is 2.4 times as likely."),
        (0.081, "27.0% of the training rows are “yes”: at 8.1% this one is only 0.3 times as likely."),
        (0.275, "27.0% of the training rows are “yes”: at 27.5% this one is about as likely."),
        (0.0, "27.0% of the training rows are “yes”: at <0.1% this one is only <0.01 times as likely."),
    ],
)
def test_two_classes_are_held_against_the_share_of_the_positive_one(probability, said):
    answer = a_class(BINARY, 1 - probability, probability)
    assert beside_training_rows(answer, BINARY, Outcome(shares=(0.73, 0.27))) == said


def test_many_classes_are_held_against_the_share_of_the_predicted_one():
    said = beside_training_rows(a_class(DIGITS, 0.1, 0.8, 0.1), DIGITS, Outcome(shares=(0.5, 0.1, 0.4)))
    assert "10.0% of the training rows are “2”" in said and "8.0 times as likely" in said


def test_a_class_that_training_lacked_is_no_yardstick():
    assert beside_training_rows(a_class(BINARY, 0.9, 0.1), BINARY, Outcome(shares=(1.0, 0.0))) is None


@pytest.mark.parametrize(
    ("value", "end"),
    [(120.4, "20.4 EUR above it."), (90, "10 EUR below it."), (100.001, "100 EUR, the same.")],
)
def test_a_number_is_held_against_the_median(value, end):
    said = beside_training_rows({"prediction": value}, PRICE, Outcome(median=100.0), "EUR")
    assert "100 EUR" in said and said.endswith(end)
    assert beside_training_rows({"prediction": value}, PRICE, Outcome()) is None


def test_a_range_says_what_it_is_taken_from():
    said = give_or_take({"low": 112_000.4, "high": 136_000.4}, Margin(width=12_000, n=1450), "EUR")
    assert said == (
        "From 112,000 EUR to 136,000 EUR: for 8 of 10 of the 1,450 validation rows the truth lay"
        " within 12,000 EUR of the answer."
    )


def test_hindsight_says_whether_the_class_is_right():
    answer = a_class(BINARY, 0.2, 0.8)
    assert in_hindsight(answer, "yes", BINARY).is_right is True
    wrong = in_hindsight(answer, "no", BINARY)
    assert wrong.is_right is False and "“no”" in wrong.sentence


@pytest.mark.parametrize(("truth", "within"), [(16_594.0, False), (14_000.0, True), (12_895.0, True)])
def test_hindsight_writes_truth_and_answer_alike(truth, within):
    hindsight = in_hindsight({"prediction": 13_895, "low": 12_895, "high": 14_895}, truth, PRICE)
    assert hindsight.is_right is within and f"{truth:,.0f}" in hindsight.sentence
    assert ("within its range" in hindsight.sentence) is within


def test_hindsight_of_a_number_without_a_range_judges_nothing():
    hindsight = in_hindsight({"prediction": 10.0, "low": None, "high": None}, 12.5, PRICE, "t")
    assert hindsight.is_right is None and "off by 2.5 t" in hindsight.sentence


def test_a_value_has_its_unit():
    assert (with_unit(0.5, "kg"), with_unit(1234.56, None)) == ("0.5 kg", "1,235")
