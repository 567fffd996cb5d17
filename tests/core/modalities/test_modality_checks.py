"""What every modality must keep, run over every registered one; the last test asserts that they ran."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.domain import Column
from core.modalities import FLAT, MODALITIES, OWN, InputSpec, modality_of, owner_of, view_of
from tests.core import clips
from tests.core.pictures import drawn, encoded

GROUP_DTYPES = {"numeric": np.float32, "indicator": np.float32, "category": np.int32}

# training values of each kind, as the catalogue reads them, a missing one among them
TRAINING = {
    "integer": pd.array([1, 2, None, 4, 5, 6, 7, 8] * 5, dtype="Int64"),
    "decimal": np.array([0.5, -1.5, np.nan, 2.25, 1e3, 0.1, 7.0, 8.0] * 5),
    "boolean": pd.array([True, False, None, True] * 10, dtype="boolean"),
    "category": pd.array(["a", "b", None, "c", "Zürich", "", " a", "a"] * 5, dtype="str"),
    "date": pd.to_datetime(["2020-01-01", "2021-06-15 13:30", None, "2022-12-31"] * 10, format="ISO8601"),
    "image": [*(encoded(drawn("lying", n)) for n in range(39)), None],
    "sound": [*(clips.encoded(clips.tone("rising", n, 0.1 + n / 100), "FLAC") for n in range(39)), None],
    "text": pd.array([f"word {'x' * (i % 30)} 店{i}" for i in range(39)] + [None], dtype="str"),
}
# what may come later: unseen, absurd, of another type
STRANGE = [
    pd.Series([None, None], dtype=object),
    pd.Series([pd.NA, "never seen"], dtype=object),
    pd.Series([np.inf, -np.inf, np.nan, 1e300, -1e308, 0.0]),
    pd.Series([2**62, -(2**62)], dtype="int64"),
    pd.Series([pd.NA, 3], dtype="Int64"),
    pd.Series([True, False]),
    pd.Series(["", "1e999", "nan", "2020-02-30", "x" * 100_000, "\x00"], dtype="str"),
    pd.Series(pd.to_datetime(["1677-09-22", "2262-04-11", None], format="ISO8601")),
    pd.Series(pd.to_datetime(["2020-01-01 00:30"]).tz_localize("Asia/Tokyo")),
    pd.Series([1, "one", True, 1.5, None, (1, 2)], dtype=object),
    pd.Series([], dtype="str"),
]
KINDS = [(m.key, kind) for m in MODALITIES.values() for kind in m.kinds]
checked: dict[str, set[str]] = {}


@pytest.fixture(params=KINDS, ids=lambda p: f"{p[0]}-{p[1]}")
def fitted(request):
    key, kind = request.param
    checked.setdefault(request.node.originalname, set()).add(key)
    series = pd.Series(TRAINING[kind])
    column = Column(name="x", kind=kind)
    return MODALITIES[key], series, MODALITIES[key].fit(series, column), column


def same(a, b):
    return a.keys() == b.keys() and all(np.array_equal(a[g], b[g]) for g in a)


def test_state_survives_json_exactly(fitted):
    modality, series, state, _ = fitted
    again = json.loads(json.dumps(state, allow_nan=False))
    assert again == state
    assert same(modality.transform(series, again), modality.transform(series, state))


def test_row_order_does_not_change_what_is_learned(fitted):
    modality, series, state, column = fitted
    assert modality.fit(series.sample(frac=1.0, random_state=0), column) == state


def test_a_row_alone_transforms_as_among_others(fitted):
    modality, series, state, _ = fitted
    whole = modality.transform(series, state)
    for row in range(8):
        alone = modality.transform(series.iloc[[row]], state)
        assert same(alone, {group: values[[row]] for group, values in whole.items()})


def test_names_and_types_fit_what_is_made(fitted):
    modality, series, state, _ = fitted
    made, names = modality.transform(series, state), modality.names(state)
    assert made.keys() == names.keys()
    for group, values in made.items():
        if group == OWN:
            shape, dtype, _ = modality.own(state)
            assert values.shape == (len(series), *shape) and values.dtype == dtype
            assert names[OWN] == ("x",)
            continue
        assert values.shape == (len(series), len(names[group]))
        assert values.dtype == GROUP_DTYPES[group]


@pytest.mark.parametrize("strange", STRANGE, ids=range(len(STRANGE)))
def test_strange_values_stay_within_bounds(fitted, strange):
    modality, _, state, _ = fitted
    for group, values in modality.transform(strange, state).items():
        width = modality.own(state)[0] if group == OWN else (len(modality.names(state)[group]),)
        assert values.shape == (len(strange), *width)
        assert np.isfinite(values).all()
        if group == "numeric":
            assert np.abs(values).max(initial=0) <= 8.0
        if group == "indicator":
            assert np.isin(values, (0.0, 1.0)).all()
        if group == "category":
            assert values.min(initial=0) >= 0 and values.max(initial=0) < modality.vocabulary(state)


def test_missing_is_told_apart_when_training_had_it(fitted):
    modality, _, state, _ = fitted
    names = modality.names(state)
    if "category" in names:
        assert modality.transform(pd.Series([None]), state)["category"][0, 0] == 0
    else:
        place = names["indicator"].index("x is missing")
        assert modality.transform(pd.Series([None], dtype=object), state)["indicator"][0, place] == 1.0


def test_every_kind_is_served_by_one_modality():
    kinds = [kind for m in MODALITIES.values() for kind in m.kinds]
    assert sorted(kinds) == ["boolean", "category", "date", "decimal", "image", "integer", "sound", "text"]
    assert all(kind in modality_of(kind).kinds for kind in kinds)


@pytest.mark.parametrize("group", ["numeric", "indicator", "category"])
def test_every_group_has_an_owner_that_flattens_as_it_names(group):
    spec = InputSpec(
        name=group,
        shape=(2,),
        dtype=str(np.dtype(GROUP_DTYPES[group])),
        feature_names=("a", "b"),
        vocabulary=(5, 40) if group == "category" else (),
    )
    values = np.array([[0, 0], [1, 39], [4, 2]], dtype=GROUP_DTYPES[group])
    flat = owner_of(spec).flatten(values, spec)
    assert flat.dtype == np.float32 and np.isfinite(flat).all()
    assert flat.shape == (3, len(owner_of(spec).flat_names(spec)))


@pytest.mark.parametrize("key", [m.key for m in MODALITIES.values() if hasattr(m, "own")])
def test_a_columns_own_input_flattens_as_it_names_and_shows_every_view(key):
    modality = MODALITIES[key]
    kind = modality.kinds[0]
    series = pd.Series(TRAINING[kind])
    state = modality.fit(series, Column(name="x", kind=kind))
    shape, dtype, vocabulary = modality.own(state)
    spec = InputSpec(
        name=f"{key}_1", shape=shape, dtype=dtype, feature_names=("x",), vocabulary=vocabulary, modality=key
    )
    own = modality.transform(series, state)[OWN]
    flat = view_of(FLAT, own, spec)
    assert flat.dtype == np.float32 and flat.shape == (len(series), len(modality.flat_names(spec)))
    for name in modality.views:
        view = view_of(name, own, spec)
        assert view.shape[0] == len(series)
        assert np.isfinite(view if isinstance(view, np.ndarray) else view.data).all()


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(["integer", "decimal", "boolean", "category", "date", "text", "image", "sound"]),
    st.lists(
        st.one_of(st.none(), st.text(max_size=5), st.floats(), st.booleans(), st.integers()), min_size=1
    ),
)
def test_any_mixture_of_values_can_be_learned_and_transformed(kind, values):
    series = pd.Series(values, dtype=object)
    modality = modality_of(kind)
    state = modality.fit(series, Column(name="x", kind=kind))
    json.dumps(state, allow_nan=False)
    for values in modality.transform(series, state).values():
        assert np.isfinite(values).all()


def test_the_checks_ran_for_every_modality():
    common = [name for name in globals() if name.startswith("test_") and name in checked]
    assert len(common) == 6
    assert all(checked[name] == set(MODALITIES) for name in common)
