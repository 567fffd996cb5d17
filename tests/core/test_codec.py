import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.codec import dumps, from_plain, to_plain
from core.domain import Column, Event, Finding, ModelSpec, RunSpec, Score, Split, Task
from core.errors import BadInput


@dataclass(frozen=True, kw_only=True)
class Inner:
    colour: Literal["red", "blue"] = "red"


@dataclass(frozen=True, kw_only=True)
class Outer:
    name: str
    n: int
    share: float = 0.0
    inner: Inner = Inner()
    pair: tuple[float, int] = (0.0, 0)
    many: tuple[Inner, ...] = ()
    perhaps: str | None = None
    about: Mapping[str, Any] = field(default_factory=dict)


PLAIN = {"name": "a", "n": 1}


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"n": "1"}, "Outer.n should be int, but holds '1'"),
        ({"n": True}, "Outer.n should be int"),
        ({"n": 1.0}, "Outer.n should be int"),
        ({"name": 5}, "Outer.name should be str"),
        ({"name": None}, "Outer.name should be str"),
        ({"share": "0.5"}, "Outer.share should be a number"),
        ({"share": True}, "Outer.share should be a number"),
        ({"extra": 1}, "one of name, n, share"),
        ({"inner": {"colour": "green"}}, "Outer.inner.colour is 'green', which is not one of red, blue"),
        ({"inner": []}, "Outer.inner should be an object"),
        ({"pair": [1.0]}, "Outer.pair should be 2 values"),
        ({"pair": "ab"}, "Outer.pair should be a list"),
        ({"many": [{}, 3]}, r"Outer.many\[1\] should be an object"),
        ({"perhaps": 3}, "Outer.perhaps should be str"),
        ({"about": [1]}, "Outer.about should be an object"),
    ],
    ids=str,
)
def test_what_does_not_fit_is_refused_naming_the_field(changed, sentence):
    with pytest.raises(BadInput, match=sentence):
        from_plain(Outer, PLAIN | changed)


def test_a_field_that_is_missing_is_named():
    with pytest.raises(BadInput, match="a field 'n'"):
        from_plain(Outer, {"name": "a"})


def test_what_is_left_out_takes_its_default():
    assert from_plain(Outer, PLAIN) == Outer(name="a", n=1)


texts = st.text(max_size=8)
outers = st.builds(
    Outer,
    name=texts,
    n=st.integers(),
    share=st.floats(allow_nan=False, allow_infinity=False),
    inner=st.builds(Inner, colour=st.sampled_from(["red", "blue"])),
    pair=st.tuples(st.floats(-1e9, 1e9), st.integers()),
    many=st.lists(st.builds(Inner), max_size=3).map(tuple),
    perhaps=st.none() | texts,
    about=st.dictionaries(texts, st.integers() | texts | st.booleans() | st.none(), max_size=3),
)


@given(outers)
def test_a_noun_survives_json(value):
    assert from_plain(Outer, json.loads(dumps(value))) == value


def test_the_nouns_of_the_domain_survive_json():
    task = Task(kind="binary", target="y", features=("a", "b"), classes=("no", "yes"), costs={"yes": 2.0})
    spec = RunSpec(
        dataset="d", task=task, split=Split(seed=3), budget_s=1.5,
        models=(ModelSpec(key="mlp", params={"units": [8], "dropout": 0.0}),),
    )  # fmt: skip
    nouns = [
        spec,
        Column(name="a", kind="date", statistics={"min": "2020-01-01", "histogram": {"edges": [0, 1]}}),
        Score(model="mlp", number=0, family="deep", part="test", metric="auc", value=None, reason="late"),
        Event(run="r", model=0, attempt=1, seq=1, epoch=1, batch=None, elapsed_s=0.5, values={"loss": 1.0}),
        Finding(code="missing", severity="info", subject="a", parameters={"n": 3, "share": 0.5}),
    ]
    for noun in nouns:
        assert from_plain(type(noun), json.loads(dumps(noun))) == noun


def test_numbers_that_json_lacks_become_null_and_numpys_become_plain():
    found = to_plain({"a": math.nan, "b": np.float32(0.5), "c": [np.int64(3), math.inf], 4: np.nan})
    assert found == {"a": None, "b": 0.5, "c": [3, None], "4": None}
    assert json.loads(dumps(found)) == found


def test_letters_of_any_language_stay_readable():
    assert dumps({"größe": "大"}) == '{"größe": "大"}'
