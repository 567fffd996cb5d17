"""What one network is to learn, where its training stands, and how it ended. Trains nothing."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from core.runs.film import Film
from core.training.batches import Batches, Rows

# fitted: the schedule came to its end, but was planned anew on the way, mostly for fewer epochs, as time was short
# "fitted": after fewer epochs than asked, for want of time; "repaced": after all, on a schedule planned anew
Ending = Literal[
    "epochs", "fitted", "repaced", "early", "finish", "budget", "diverged", "paused", "interrupted"
]


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """What one network is to learn and by what it is judged meanwhile.

    probe: some training rows, scored like the validation rows so that the two compare.
    score: (targets (n,), raw outputs (n, k)) → the metric, in the target's own units.
    greater_is_better: of the metric.
    settings: the training knobs, settled.
    least_steps: a schedule of fewer says nothing of the network.
    n_asked: rows that are predicted when training is over, within its time.
    watched: places of validation rows, ascending, that are filmed: their last layer is kept, epoch by epoch.
    keeps_start: whether the weights it begins with have learned something, and are kept where no epoch is better.
    """

    train: Batches
    validation: Rows
    probe: Rows
    score: Callable[[np.ndarray, np.ndarray], float]
    metric: str
    greater_is_better: bool
    settings: dict[str, Any]
    least_steps: int = 1
    n_asked: int = 0
    watched: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))
    keeps_start: bool = False


@dataclass(frozen=True, kw_only=True)
class Progress:
    """Where training stands: all that the checkpoint holds beside arrays.

    epoch: whole epochs done, in elapsed_s seconds. step, rows, loss_sum, epoch_s: of the epoch in
    hand: its steps and rows done, the sum of their losses, and the seconds they took.
    best_value: what made the best epoch the best; greater is better.
    waited: epochs since one was better than all before. flat: epochs since the rate was last lowered or the loss
    improved. epochs: how many there will be in all; fewer when time is short.
    share: of the schedule done at step since, when the epochs were last planned. stops_at: the step at which the
    schedule ends where not even an epoch fits; 0 where it ends with the last epoch. filmed: the epochs of the
    film's frames, which are arrays.
    """

    epoch: int = 0
    elapsed_s: float = 0.0
    step: int = 0
    rows: int = 0
    loss_sum: float = 0.0
    epoch_s: float = 0.0
    best_epoch: int = 0
    best_loss: float = math.inf
    best_value: float = -math.inf
    waited: int = 0
    flat: int = 0
    epochs: int = 0
    share: float = 0.0
    since: int = 0
    stops_at: int = 0
    filmed: tuple[int, ...] = ()

    @property
    def seconds(self) -> float:
        return self.elapsed_s + self.epoch_s


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How training ended. epochs: whole ones; n_steps: all steps taken, 0 if nothing was learned.

    best_epoch: 0 where none was better than the weights it began with. film: empty where nothing was watched.
    """

    ending: Ending
    epochs: int
    n_steps: int
    best_epoch: int
    best_loss: float
    fit_s: float
    film: Film = Film()
