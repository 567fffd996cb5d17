import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.architectures import ARCHITECTURES
from core.errors import BadInput, UnknownName
from core.knobs import Knob, is_meant, settle


def knob(kind, default=1, **more):
    return Knob(name="size", title="Size", kind=kind, default=default, help="How large.", **more)


INTEGER = knob("integer", low=1, high=100)
DECIMAL = knob("decimal", low=0.0, high=1.0)
BOOLEAN = knob("boolean", default=True)
INTEGERS = knob("integers", default=[4], low=1, high=64, max_length=3)
CHOICE = knob("choice", default="relu", choices=("relu", "tanh"))


@pytest.mark.parametrize(
    ("knob", "given", "value"),
    [
        (INTEGER, 7, 7),
        (INTEGER, " 7 ", 7),
        (INTEGER, 7.0, 7),
        (INTEGER, "1e2", 100),
        (DECIMAL, "0.25", 0.25),
        (DECIMAL, 1, 1.0),
        (BOOLEAN, "Yes", True),
        (BOOLEAN, "0", False),
        (BOOLEAN, False, False),
        (INTEGERS, "32, 16", [32, 16]),
        (INTEGERS, "32-16-8", [32, 16, 8]),
        (INTEGERS, (5, 6.0), [5, 6]),
        (INTEGERS, "", []),
        (CHOICE, "tanh", "tanh"),
    ],
    ids=str,
)
def test_a_value_is_read_from_what_a_form_a_url_or_a_terminal_gives(knob, given, value):
    parsed = knob.parse(given)
    assert parsed == value and type(parsed) is type(value)
    assert knob.parse(parsed) == parsed


@pytest.mark.parametrize(
    ("knob", "given", "sentence"),
    [
        (INTEGER, "many", "Size should be a whole number, not 'many'"),
        (INTEGER, 1.5, "a whole number"),
        (INTEGER, True, "a whole number"),
        (INTEGER, None, "a whole number"),
        (INTEGER, math.nan, "a whole number"),
        (INTEGER, "1e999", "a whole number"),
        (INTEGER, 0, "Size is 0, but goes from 1 to 100"),
        (DECIMAL, "nan", "goes from"),
        (DECIMAL, math.inf, "goes from"),
        (DECIMAL, False, "should be a number"),
        (BOOLEAN, "perhaps", "should be true or false"),
        (BOOLEAN, 2, "should be true or false"),
        (BOOLEAN, [], "should be true or false"),
        (INTEGERS, "-5", "Size is -5, but goes from 1"),
        (INTEGERS, [1.5], "a list of whole numbers"),
        (INTEGERS, [True], "a list of whole numbers"),
        (INTEGERS, 5, "a list of whole numbers"),
        (INTEGERS, [1, 2, 3, 4], "Size has 4 values; at most 3"),
        (INTEGERS, "1,999", "Size is 999"),
        (CHOICE, "tan", "Did you mean 'tanh'"),
    ],
    ids=str,
)
def test_a_value_that_does_not_fit_is_refused_with_what_would(knob, given, sentence):
    with pytest.raises(BadInput, match=sentence):
        knob.parse(given)


@given(st.one_of(st.text(), st.floats(), st.integers(), st.none(), st.lists(st.integers()), st.binary()))
def test_whatever_is_given_it_fits_or_is_refused(value):
    for each in (INTEGER, DECIMAL, BOOLEAN, INTEGERS, CHOICE):
        try:
            parsed = each.parse(value)
        except BadInput:
            continue
        assert each.parse(parsed) == parsed


def test_settling_gives_every_knob_a_value_and_refuses_a_name_that_is_none():
    width = Knob(name="width", title="Width", kind="integers", default=[8], low=1, high=9, help="…")
    assert settle((INTEGER, width), {"size": "5"}) == {"size": 5, "width": [8]}
    with pytest.raises(UnknownName, match="Did you mean 'width'"):
        settle((INTEGER, width), {"widht": 1})


def test_a_default_cannot_be_changed_through_what_was_settled():
    settle((INTEGERS,), {})["size"].append(99)
    assert settle((INTEGERS,), {}) == {"size": [4]}


def test_a_knob_that_hangs_on_another_means_something_only_with_it():
    decay = knob("decimal", when=("optimizer", ("adamw",)))
    assert is_meant(decay, {"optimizer": "adamw"}) and not is_meant(decay, {"optimizer": "sgd"})
    assert is_meant(INTEGER, {})


def test_a_list_that_needs_a_number_is_not_empty():
    with pytest.raises(BadInput, match="Units per layer needs at least one number"):
        ARCHITECTURES["mlp"].settle({"units": ""}, "binary")
