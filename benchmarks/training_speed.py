"""Training through Fathom against a bare Keras script: same network, rows, batch and epochs.

Each fit runs in a process of its own, the two alternating, so that whatever else the machine
does falls on both. The network is that of the best-known tutorial: Dense 128, dropout 0.2,
softmax, Adam, batch 32, on 784 columns. Where MNIST is not beside the project, rows of the
same shape are made: speed does not depend on what they show.
"""

import argparse
import gzip
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

MNIST = Path(__file__).resolve().parents[2] / "shared" / "data" / "mnist"
N_TRAIN, N_VALIDATION, EPOCHS, BATCH, ROUNDS = 48_000, 12_000, 5, 32, 3


def rows() -> tuple[np.ndarray, np.ndarray, str]:
    """(60 000, 784) float32 in [0, 1], (60 000,) int32, and what they are."""
    images, labels = MNIST / "train-images-idx3-ubyte.gz", MNIST / "train-labels-idx1-ubyte.gz"
    if images.exists():
        x = np.frombuffer(gzip.open(images).read(), np.uint8, offset=16).reshape(-1, 784)
        y = np.frombuffer(gzip.open(labels).read(), np.uint8, offset=8)
        return (x / 255).astype(np.float32), y.astype(np.int32), "MNIST"
    rng = np.random.default_rng(0)
    centres = rng.random((10, 784), np.float32)
    y = rng.integers(0, 10, N_TRAIN + N_VALIDATION).astype(np.int32)
    x = np.clip(centres[y] + rng.normal(0, 0.5, (len(y), 784)).astype(np.float32), 0, 1)
    return x, y, "made rows"


def network():
    import keras

    keras.utils.set_random_seed(0)
    entry = keras.Input((784,), name="numeric")
    hidden = keras.layers.Dropout(0.2)(keras.layers.Dense(128, activation="relu")(entry))
    return keras.Model({"numeric": entry}, keras.layers.Dense(10)(hidden))


def bare(x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """Keras as its guide writes it. (seconds of the fit, validation accuracy)."""
    import keras

    model = network()
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("adam", loss, metrics=["accuracy"])
    train, validation = ({"numeric": x[:N_TRAIN]}, y[:N_TRAIN]), ({"numeric": x[N_TRAIN:]}, y[N_TRAIN:])
    started = time.perf_counter()
    history = model.fit(*train, batch_size=BATCH, epochs=EPOCHS, validation_data=validation, verbose=0)
    return time.perf_counter() - started, history.history["val_accuracy"][-1]


def fathom(x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """The same through Fathom's loop: with checkpoints, events and the best epoch kept."""
    from tempfile import TemporaryDirectory

    from core.domain import Task
    from core.runs.events import EventWriter
    from core.training.batches import Rows, Shuffled
    from core.training.knobs import TRAINING_KNOBS
    from core.training.loop import Lesson, fit
    from core.training.process import configure_process
    from core.training.step import Stepper

    configure_process()
    task = Task(kind="multiclass", target="y", features=(), classes=tuple("0123456789"), metric="accuracy")
    settings = {k.name: k.default for k in TRAINING_KNOBS} | {
        "loss": "cross_entropy", "optimizer": "adam", "schedule": "constant", "learning_rate": 0.001,
        "batch_size": BATCH, "epochs": EPOCHS, "early_stopping": False,
    }  # fmt: skip
    train = Rows(inputs={"numeric": x[:N_TRAIN]}, targets=y[:N_TRAIN])
    validation = Rows(inputs={"numeric": x[N_TRAIN:]}, targets=y[N_TRAIN:])

    def score(targets: np.ndarray, outputs: np.ndarray) -> float:
        return float((outputs.argmax(axis=1) == targets).mean())

    model = network()
    with TemporaryDirectory() as folder, EventWriter(Path(folder), "0" * 20, 0, 1) as events:
        started = time.perf_counter()
        stepper = Stepper(model, task, settings, None)
        lesson = Lesson(
            train=Shuffled(rows=train, seed=0), validation=validation, probe=train.take(np.arange(4_000)),
            score=score, metric="accuracy",
            greater_is_better=True, settings=settings,
        )  # fmt: skip
        fit(
            stepper, lesson, checkpoint_path=Path(folder) / "state.npz",
            emit=lambda epoch, batch, s, v: events.write(epoch=epoch, batch=batch, elapsed_s=s, values=v),
        )  # fmt: skip
        seconds = time.perf_counter() - started
    return seconds, score(validation.targets, stepper.outputs(validation))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--one", choices=("bare", "fathom"))
    options = parser.parse_args()
    if options.one:
        x, y, _ = rows()
        print(json.dumps({"bare": bare, "fathom": fathom}[options.one](x, y)))
        return
    measured: dict[str, list[tuple[float, float]]] = {"bare": [], "fathom": []}
    for _ in range(ROUNDS):
        for name, results in measured.items():
            results.append(_in_a_process(name))
    seconds = {name: statistics.median(s for s, _ in results) for name, results in measured.items()}
    accuracy = {name: statistics.mean(a for _, a in results) for name, results in measured.items()}
    print(
        f"{rows()[2]}, {EPOCHS} epochs of {N_TRAIN:,} rows, batch {BATCH}, medians of {ROUNDS} alternating fits:"
    )
    print(f"  bare Keras {seconds['bare']:.1f} s (accuracy {accuracy['bare']:.4f})")
    print(f"  Fathom     {seconds['fathom']:.1f} s (accuracy {accuracy['fathom']:.4f})")
    print(f"  ratio      {seconds['fathom'] / seconds['bare']:.2f}×")


def _in_a_process(name: str) -> tuple[float, float]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.training_speed", "--one", name], check=True, capture_output=True, text=True,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}, cwd=Path(__file__).resolve().parents[1],
    )  # fmt: skip
    return tuple(json.loads(done.stdout.strip().splitlines()[-1]))


if __name__ == "__main__":
    main()
