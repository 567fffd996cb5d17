"""What tests ask of the training loop and read from what it tells."""

import itertools


class Killed(Exception):
    """What stands for kill -9: leaves the loop without a chance to save."""


def after(n, wish):
    """A `requested` that answers `wish` from its n-th call on."""
    calls = itertools.count()

    def requested():
        if next(calls) < n:
            return None
        if wish == "kill":
            raise Killed
        return wish

    return requested


def ends(events):
    """(epoch, elapsed_s, values) of each whole epoch; a slow machine may also have told of parts of one."""
    return [(epoch, elapsed_s, values) for epoch, batch, elapsed_s, values in events if batch is None]


def by_epoch(events, name):
    return {epoch: values[name] for epoch, _, values in ends(events)}


class Clock:
    """A clock that moves with the steps taken, so that a loaded machine changes nothing."""

    def __init__(self, pupil, step_s):
        self.now, self._run, self._step_s = 0.0, pupil.stepper.run, step_s
        pupil.stepper.run = self._timed

    def monotonic(self):
        return self.now

    def _timed(self, tensors, order, first, n):
        self.now += n * self._step_s
        return self._run(tensors, order, first, n)
