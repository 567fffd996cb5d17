import pytest

from core.training.epoch_clock import CALLS_ENOUGH, SAFETY, EpochClock


def test_the_call_and_the_epoch_that_traced_the_graph_say_nothing():
    clock = EpochClock(10)
    clock.stepped(9.0, 1)
    clock.ended(9.0)
    assert clock.epoch_s == 0
    clock.stepped(0.2, 2)
    assert clock.step_s == pytest.approx(0.1) and clock.epoch_s == pytest.approx(1.0)
    clock.ended(1.5)
    assert clock.epoch_s == pytest.approx(1.5), "a whole epoch says more than its steps"


def test_before_the_first_epoch_ends_a_few_calls_are_enough_to_plan_by():
    clock = EpochClock(1_000)
    assert [clock.stepped(0.1, 1) for _ in range(CALLS_ENOUGH + 2)] == [False] * CALLS_ENOUGH + [True] * 2
    late = EpochClock(1)
    late.ended(1.0)
    assert not any(late.stepped(0.1, 1) for _ in range(CALLS_ENOUGH + 2)), "at its end it is planned anyway"


def test_the_epoch_in_hand_counts_by_what_is_left_of_it():
    clock = EpochClock(10)
    clock.stepped(1.0, 1)
    clock.stepped(1.0, 10)
    clock.evaluation_s = 1.0  # so an epoch takes two seconds
    assert clock.epochs_in(10 / SAFETY, step=0) == 5
    assert clock.epochs_in(9 / SAFETY, step=5) == 5
    assert clock.epochs_in(-3.0, step=5) == 0
    assert clock.steps_in(2.01 / SAFETY) == 20
