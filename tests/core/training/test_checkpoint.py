import math
import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.training import checkpoint


def test_what_was_saved_comes_back_in_order_and_type(tmp_path):
    arrays = {
        "current": [np.arange(n, dtype=t) for n, t in [(3, np.float32), (0, np.int64), (2, np.uint32)] * 5],
        "best": [],
    }
    checkpoint.save(tmp_path / "deep" / "state.npz", arrays, {"epoch": 4, "best_loss": math.inf})
    groups, state = checkpoint.load(tmp_path / "deep" / "state.npz")
    assert state == {"epoch": 4, "best_loss": math.inf}
    assert list(groups) == ["current"], "an empty group leaves no trace"
    for got, wanted in zip(groups["current"], arrays["current"], strict=True):
        assert got.dtype == wanted.dtype and np.array_equal(got, wanted)


def test_there_is_no_checkpoint_before_the_first(tmp_path):
    assert checkpoint.load(tmp_path / "state.npz") is None
    (tmp_path / "folder.npz").mkdir()
    assert checkpoint.load(tmp_path / "folder.npz") is None


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    path = tmp_path_factory.mktemp("checkpoint") / "state.npz"
    checkpoint.save(path, {"current": [np.arange(50.0)]}, {"epoch": 1})
    return path.read_bytes()


@given(data=st.data())
def test_whatever_is_cut_or_changed_it_counts_as_nothing(whole, tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "damaged.npz"
    place = data.draw(st.integers(0, len(whole) - 1))
    flipped = whole[:place] + bytes([whole[place] ^ data.draw(st.integers(1, 255))]) + whole[place + 1 :]
    path.write_bytes(data.draw(st.sampled_from([whole[:place], flipped])))
    assert checkpoint.load(path) is None


def test_a_crash_while_writing_leaves_the_one_before(tmp_path, monkeypatch):
    path = tmp_path / "state.npz"
    checkpoint.save(path, {"current": [np.zeros(3)]}, {"epoch": 1})
    monkeypatch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        checkpoint.save(path, {"current": [np.ones(3)]}, {"epoch": 2})
    assert checkpoint.load(path)[1] == {"epoch": 1}


@pytest.mark.parametrize(
    "damage",
    [
        lambda whole: whole[: len(whole) // 2],
        lambda whole: whole[:20],
        lambda whole: b"",
        lambda whole: b"\x80\x04K\x01.",
        lambda whole: whole.replace(checkpoint.FORMAT, checkpoint.FORMAT[:-2] + b"x\n"),
        lambda whole: whole[:-200] + b"\0" * 200,
        lambda whole: whole[:5000] + bytes([whole[5000] ^ 1]) + whole[5001:],
    ],
    ids=["torn", "head", "empty", "pickle", "format", "zeros", "bit"],
)
def test_a_checkpoint_that_cannot_be_used_counts_as_none(tmp_path, damage):
    path = tmp_path / "state.npz"
    checkpoint.save(path, {"current": [np.arange(2000.0)], "best": []}, {"epoch": 3})
    path.write_bytes(damage(path.read_bytes()))
    assert checkpoint.load(path) is None
