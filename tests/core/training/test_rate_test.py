"""A learning rate is suggested where the loss falls, and none where nothing is learned."""

import numpy as np
import pytest

from core.training.rate_test import HIGH, LOW, suggest, try_rates
from tests.core.training.lessons import Pupil


def test_the_rate_is_a_tenth_of_the_one_with_the_lowest_loss():
    rates = tuple(np.geomspace(LOW, HIGH, 8).tolist())
    assert suggest(rates, [1.0, 1.0, 0.9, 0.6, 0.3, 0.5, 2.0], 1.0) == pytest.approx(rates[4] / 10, rel=0.1)


@pytest.mark.parametrize("losses", [[], [1.0, 1.2, 5.0], [1.0, 0.999, 1.0]])
def test_where_the_loss_never_falls_none_is_suggested(losses):
    assert suggest(tuple(np.geomspace(LOW, HIGH, 8).tolist()), losses, 1.0) is None


class Stop(Exception):
    pass


def test_it_ends_where_the_loss_climbs_and_when_it_is_asked_to():
    pupil = Pupil(schedule="constant", batch_size=16)
    stepper, batches = pupil.stepper, pupil.lesson.train
    found = try_rates(stepper, batches, 16)
    assert len(found.rates) == len(found.losses) > 60 and np.isfinite(found.losses).all()
    assert LOW < found.suggested < HIGH / 10

    def report(fraction):
        if fraction > 0.1:
            raise Stop

    with pytest.raises(Stop):
        try_rates(stepper, batches, 16, report)
