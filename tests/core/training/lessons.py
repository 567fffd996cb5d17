"""Quick lessons for the tests of the training loop, and a process that can be killed in the middle of one."""

import sys
import time
from pathlib import Path

import numpy as np

from core.architectures import ARCHITECTURES
from core.evaluation.metrics import METRICS
from core.runs.events import EventWriter
from core.training.batches import Shuffled
from core.training.knobs import settle_loss
from core.training.lesson import Lesson
from core.training.loop import fit
from core.training.network import Network
from core.training.objective import balanced_class_weights
from core.training.step import Stepper
from tests.core.training.toys import toy

# everything that has a state of its own: dropout, AdamW, batch normalisation, the plateau's rate
STATEFUL = {
    "units": [8], "dropout": 0.3, "batch_norm": True, "optimizer": "adamw", "schedule": "plateau",
    "learning_rate": 0.05, "batch_size": 32, "epochs": 8, "early_stopping": True, "patience": 6,
}  # fmt: skip


class Pupil:
    """One network with its lesson, built anew for every attempt, as after a crash."""

    def __init__(self, kind="binary", key="mlp", seed=0, n=160, **params):
        if key == "mlp":
            params = {"units": [8]} | params
        self.task, self.key = toy(kind).task, key
        self.settings = ARCHITECTURES[key].settle(params, kind)
        self.settings["loss"] = settle_loss(self.settings["loss"], kind)
        rows = toy(kind, n).rows
        weights = None
        if self.settings["class_weights"] and kind != "regression":
            weights = balanced_class_weights(np.bincount(rows.targets, minlength=len(self.task.classes)))
        model = ARCHITECTURES[key].assemble(self.task, toy(kind).specs, params, seed, rows)
        self.stepper = Stepper(model, self.task, self.settings, weights)
        self.network = Network(model, toy(kind).preparation, self.task, self.stepper.forward)
        self.validation = toy(kind, 64, seed=1).rows
        self.lesson = Lesson(
            train=Shuffled(rows=rows, seed=seed),
            validation=self.validation,
            probe=rows.take(np.arange(min(32, rows.n))),
            score=lambda targets, outputs: METRICS[self.task.metric].compute(
                targets, self.network.finish(outputs), self.task
            ),
            metric=self.task.metric,
            greater_is_better=METRICS[self.task.metric].greater_is_better,
            settings=self.settings,
            watched=np.arange(0, 64, 4),
        )
        self.events = []

    def learn(self, path: Path, **asked):
        def note(epoch, batch, elapsed_s, values):
            self.events.append((epoch, batch, elapsed_s, values))

        return fit(self.stepper, self.lesson, **({"checkpoint_path": path, "emit": note} | asked))

    def weights(self):
        return [np.asarray(v) for v in self.stepper.model.variables]

    def validation_loss(self):
        return self.stepper.mean_loss(self.validation.targets, self.stepper.outputs(self.validation))


def learn_slowly(folder: Path, attempt: int, pause_s: float = 0.15) -> None:
    """Train the stateful pupil with an event an epoch, each epoch long enough to be killed in."""
    pupil = Pupil(**STATEFUL)
    with EventWriter(folder, "run", 0, attempt) as events:

        def emit(epoch, batch, elapsed_s, values):
            events.write(epoch=epoch, batch=batch, elapsed_s=elapsed_s, values=values)
            time.sleep(pause_s)

        outcome = pupil.learn(folder / "state.npz", emit=emit)
    np.savez(folder / "learned.npz", *pupil.weights(), best_epoch=outcome.best_epoch)


if __name__ == "__main__":
    from core.training import loop
    from core.training.process import configure_process

    configure_process()
    loop.CHECKPOINT_S, loop.CHECKPOINT_SHARE = 0.0, float("inf")
    learn_slowly(Path(sys.argv[1]), int(sys.argv[2]))
