import numpy as np
import pytest

from core.training.knobs import TRAINING_KNOBS
from core.training.schedule import factor, fading

NAMES = next(k for k in TRAINING_KNOBS if k.name == "schedule").choices


@pytest.mark.parametrize("name", NAMES)
def test_every_schedule_the_form_offers_stays_between_nothing_and_the_full_rate(name):
    shares = np.linspace(-0.1, 1.1, 25, dtype=np.float32)
    values = np.array([float(factor(name, s)) for s in shares])
    assert (values >= -1e-6).all() and (values <= 1 + 1e-6).all() and values.max() > 0.99


@pytest.mark.parametrize(
    ("name", "start", "end"),
    [
        ("constant", 1.0, 1.0),
        ("plateau", 1.0, 1.0),
        ("cosine", 1.0, 0.0),
        ("exponential", 1.0, 0.01),
        ("one_cycle", 0.04, 0.0),
        ("coslog4", 0.0, 0.0),
    ],
)
def test_it_starts_and_ends_as_described(name, start, end):
    found = float(factor(name, np.float32(0))), float(factor(name, np.float32(1)))
    assert found == pytest.approx((start, end), abs=1e-6)


def test_coslog4_rises_four_times_each_time_more_slowly():
    shares = np.linspace(0, 1, 2001, dtype=np.float32)
    values = np.asarray(factor("coslog4", shares))
    tops = np.flatnonzero((values[1:-1] > values[:-2]) & (values[1:-1] >= values[2:])) + 1
    assert len(tops) == 4 and (np.diff(np.diff(tops)) > 0).all()


def test_what_fades_does_so_in_the_second_half():
    assert np.allclose(fading(np.array([0.0, 0.5, 0.75, 1.0], np.float32)), [1, 1, 0.5, 0], atol=1e-6)
