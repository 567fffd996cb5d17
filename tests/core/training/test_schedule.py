import numpy as np
import pytest

from core.training.knobs import TRAINING_KNOBS
from core.training.schedule import factor

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
    ],
)
def test_it_starts_and_ends_as_described(name, start, end):
    found = float(factor(name, np.float32(0))), float(factor(name, np.float32(1)))
    assert found == pytest.approx((start, end), abs=1e-6)
