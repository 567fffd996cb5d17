"""How a network's loss answers to the learning rate: a short training in which the rate rises step by step.

The network learns for good only in between: below, nothing moves; above, the loss climbs. What it has become
afterwards is of no use. Chooses no rows.
Source: Smith (2017), Cyclical learning rates for training neural networks, WACV, section 3.3.
"""

import itertools
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.training.batches import Batches, n_batches
from core.training.step import Stepper

LOW, HIGH = 1e-6, 10.0
STEPS = 140  # twenty for each power of ten
STARTING = 20  # steps whose rates move nothing, and whose batches say what the loss was and how it scatters
SMOOTHING = 0.9  # of a batch's loss, what came before counts
CLIMBED = 3.0  # times the loss it began with, above which the test is over
LEARNED = 0.01  # of the loss it began with, that the lowest must lie below it
SAFETY = 10.0  # the rate with the lowest loss is near where training tips over; so many times less is safe


@dataclass(frozen=True, kw_only=True)
class RateTest:
    """rates: rising; losses: of each, smoothed over the ones before. suggested: None where nothing was learned at any."""

    rates: tuple[float, ...]
    losses: tuple[float, ...]
    suggested: float | None


def try_rates(
    stepper: Stepper,
    batches: Batches,
    batch_size: int,
    report: Callable[[float], None] = lambda fraction: None,
) -> RateTest:
    """Step through training rows at rising rates until the loss has climbed, or all were tried.

    stepper: at its initial weights, with a constant schedule. report(fraction): before every step; what it raises
    leaves the test off.
    """
    rates = np.geomspace(LOW, HIGH, STEPS)
    mean, losses, begun = 0.0, [], []
    stepper.pace(STEPS)
    for number, (rate, step) in enumerate(zip(rates, _steps(stepper, batches, batch_size))):
        report(number / STEPS)
        stepper.base_rate.assign(rate)
        loss = step()
        if not math.isfinite(loss):
            break
        mean = SMOOTHING * mean + (1.0 - SMOOTHING) * loss
        losses.append(mean / (1.0 - SMOOTHING ** (number + 1)))
        if number < STARTING:
            begun.append(loss)
        elif losses[-1] > CLIMBED * np.mean(begun):
            break
    tried = tuple(rates[: len(losses)].tolist())
    start = float(np.mean(begun)) if begun else math.inf
    return RateTest(
        rates=tried, losses=tuple(losses), suggested=suggest(tried[STARTING:], losses[STARTING:], start)
    )


def suggest(rates: tuple[float, ...], losses: list[float], start: float) -> float | None:
    """A rate at which the loss falls well and that is far from where it climbs; None where it never fell.

    start: the loss it began with.
    """
    if not losses or start - min(losses) <= LEARNED * abs(start):
        return None
    return max(LOW, float(f"{rates[int(np.argmin(losses))] / SAFETY:.1g}"))


def _steps(stepper: Stepper, batches: Batches, batch_size: int) -> Iterator[Callable[[], float]]:
    """Steps through the rows, epoch after epoch; each gives the mean loss of its batch."""
    import tensorflow as tf

    for epoch in itertools.count(1):
        for block in batches.epoch(epoch):
            tensors, order = stepper.load(block), tf.convert_to_tensor(block.order)
            for first in range(n_batches(len(block.order), batch_size, False)):
                n_rows = min(batch_size, len(block.order) - first * batch_size)

                def step(
                    tensors: Any = tensors, order: Any = order, first: int = first, n: int = n_rows
                ) -> float:
                    return stepper.run(tensors, order, first, 1) / n

                yield step
