import pytest

from core.data.roles import is_identifier, propose_target, shared_key
from core.domain import Column


def columns(*names, **kinds):
    return [Column(name=n, kind=kinds.get(n, "category"), n_unique=3) for n in names]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["age", "Churn", "city"], "Churn"),
        (["a", "b", "c"], "c"),
        (["default", "age", "deposit"], "deposit"),
        (["SalePrice", "rooms"], "SalePrice"),
        (["target", "price"], "target"),
        (["left", "is_fraud", "z"], "is_fraud"),
        (["unit price", "name", "size"], "size"),
    ],
)
def test_the_target_is_what_people_call_one_or_the_last_column(names, expected):
    assert propose_target(columns(*names), 100, has_header=True) == expected


def test_without_a_header_the_last_column_is_asked_about():
    assert propose_target(columns("target", "x"), 100, has_header=False) == "x"


def test_a_column_that_cannot_be_predicted_is_not_proposed():
    found = columns("a", "b", "when", when="date")
    assert propose_target(found, 100, has_header=True) == "b"
    assert propose_target(columns("when", when="date"), 100, has_header=True) is None


@pytest.mark.parametrize(
    ("name", "kind", "statistics", "expected"),
    [
        ("customerID", "text", {"mean_length": 9, "max_length": 10}, True),
        ("row", "integer", {"min": 5, "max": 900}, True),
        ("x", "integer", {"min": 1, "max": 100}, True),
        ("salary", "integer", {"min": 1000, "max": 9000}, False),
        ("key", "text", {"mean_length": 8, "max_length": 8}, True),
        ("code", "text", {"mean_length": 8, "max_length": 8}, True),
        ("title", "text", {"mean_length": 30, "max_length": 80, "examples": ["a b"]}, False),
        ("height", "decimal", {"min": 0, "max": 99}, False),
    ],
)
def test_an_identifier_is_told_by_name_or_pattern(name, kind, statistics, expected):
    column = Column(name=name, kind=kind, n_unique=100, statistics=statistics)
    assert is_identifier(column, 100) is expected


@pytest.mark.parametrize("name", ["order_id", "Order ID", "orderId", "customerID", "invoice no", "订单编号"])
def test_a_name_for_what_rows_have_in_common_is_known(name):
    key = Column(name=name, kind="integer", n_unique=30)
    assert shared_key([key, Column(name="x", kind="integer", n_unique=30)], 90) == key


@pytest.mark.parametrize("name", ["paid", "bid", "grid", "void", "humid", "PAID", "price", "row"])
def test_a_word_that_only_ends_like_one_is_none(name):
    assert shared_key([Column(name=name, kind="integer", n_unique=30)], 90) is None
