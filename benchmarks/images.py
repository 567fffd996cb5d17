"""Images: four tutorials on MNIST through Fathom against bare Keras, the recommended network, and how soon a zip is ready.

Bare Keras and Fathom alternate in processes of their own, with the same network, rows, batch and epochs, so that
whatever else the machine does falls on both. Needs MNIST's four files beside the project; without them it says so.
"""

import argparse
import gzip
import io
import json
import os
import resource
import statistics
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

MNIST = Path(__file__).resolve().parents[2] / "shared" / "data" / "mnist"
ROOT = Path(__file__).resolve().parents[1]
SEEN = 5_000  # training rows looked at after each epoch by both, so that no test row chooses an epoch
PRESETS = {  # architecture, preset, training rows
    "dense": ("mlp", "dense_128", 48_000),
    "conv_32_64_64": ("cnn", "conv_32_64_64", 60_000),
    "conv_32_64_64_pooled": ("cnn", "conv_32_64_64_pooled", 60_000),
    "conv_32": ("cnn", "conv_32", 60_000),
}
ENOUGH = 0.995  # accuracy of the recommended network
N_ZIPPED = 10_000


def read(name: str, offset: int) -> np.ndarray:
    return np.frombuffer(gzip.open(MNIST / f"{name}-ubyte.gz").read(), np.uint8, offset=offset)


def rows(part: str) -> tuple[np.ndarray, np.ndarray]:
    """(n, 28, 28, 1) uint8 and (n,) int32."""
    images, labels = read(f"{part}-images-idx3", 16), read(f"{part}-labels-idx1", 8)
    return images.reshape(-1, 28, 28, 1), labels.astype(np.int32)


def bare(preset: str, epochs: int) -> tuple[float, float, float]:
    """Keras as its tutorials write it. (seconds of the fit, seconds of processor time in it, test accuracy)."""
    import keras

    from core.architectures import ARCHITECTURES
    from core.layer_list import read_layers

    key, name, n = PRESETS[preset]
    params = next(p for p in ARCHITECTURES[key].presets if p.key == name).params
    keras.utils.set_random_seed(0)
    layers = [keras.Input((28, 28, 1))]
    if key == "mlp":
        layers += [keras.layers.Flatten(), keras.layers.Dense(128, "relu"), keras.layers.Dropout(0.2)]
    for layer in read_layers(params["layers"]) if key == "cnn" else ():
        match layer.word:
            case "conv":
                layers.append(keras.layers.Conv2D(int(layer.size), 3, activation="relu"))
            case "pool":
                layers.append(keras.layers.MaxPooling2D(2))
            case "dense":
                layers += [keras.layers.Flatten(), keras.layers.Dense(int(layer.size), "relu")]
    model = keras.Sequential([*layers, keras.layers.Dense(10)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("adam", loss, metrics=["accuracy"])
    x, y = rows("train")
    x = (x[:n] / 255).astype(np.float32)
    started, busy = time.perf_counter(), time.process_time()
    model.fit(x, y[:n], batch_size=32, epochs=epochs, validation_data=(x[:SEEN], y[:SEEN]), verbose=0)
    seconds, worked = time.perf_counter() - started, time.process_time() - busy
    test_x, test_y = rows("t10k")
    return seconds, worked, model.evaluate((test_x / 255).astype(np.float32), test_y, verbose=0)[1]


def fathom(preset: str, epochs: int) -> tuple[float, float, float]:
    """The same through Fathom's loop: with checkpoints, events and the best epoch kept."""
    from core.architectures import ARCHITECTURES
    from core.domain import Task
    from core.modalities import InputSpec
    from core.runs.events import EventWriter
    from core.training.batches import Rows, Shuffled
    from core.training.loop import Lesson, fit
    from core.training.process import configure_process, use_all_cores
    from core.training.step import Stepper

    configure_process()
    use_all_cores()
    key, name, n = PRESETS[preset]
    task = Task(
        kind="multiclass", target="y", features=("image",), classes=tuple("0123456789"), metric="accuracy"
    )
    params = dict(next(p for p in ARCHITECTURES[key].presets if p.key == name).params) | {"epochs": epochs}
    spec = InputSpec(
        name="image_1", shape=(28, 28, 1), dtype="uint8", feature_names=("image",), modality="image"
    )
    x, y = rows("train")
    train = Rows(inputs={"image_1": x[:n]}, targets=y[:n])
    model = ARCHITECTURES[key].assemble(task, {"image_1": spec}, params, 0, train.read(0, SEEN))
    settings = ARCHITECTURES[key].settle(params, task.kind)

    def score(targets: np.ndarray, outputs: np.ndarray) -> float:
        return float((outputs.argmax(axis=1) == targets).mean())

    with TemporaryDirectory() as folder, EventWriter(Path(folder), "0" * 20, 0, 1) as events:
        started, busy = time.perf_counter(), time.process_time()
        stepper = Stepper(model, task, settings, None)
        lesson = Lesson(
            train=Shuffled(rows=train, seed=0), validation=train.read(0, SEEN), probe=train.read(0, 100),
            score=score, metric="accuracy", greater_is_better=True, settings=settings,
        )  # fmt: skip
        fit(
            stepper, lesson, checkpoint_path=Path(folder) / "state.npz",
            emit=lambda epoch, batch, s, v: events.write(epoch=epoch, batch=batch, elapsed_s=s, values=v),
        )  # fmt: skip
        seconds, worked = time.perf_counter() - started, time.process_time() - busy
    test_x, test_y = rows("t10k")
    return seconds, worked, score(test_y, stepper.outputs(Rows(inputs={"image_1": test_x}, targets=test_y)))


def ready(n: int) -> tuple[float, float]:
    """A zip of n images until a network could take its first step: (seconds, peak memory in MB)."""
    from PIL import Image

    from core.data.catalog import Catalog
    from core.data.ingest import ingest
    from core.home import Home
    from core.studies.plan import default_spec
    from core.studies.prepare import prepare

    images, labels = rows("train")
    with TemporaryDirectory() as folder:
        path = Path(folder) / "digits.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for number in range(n):
                out = io.BytesIO()
                place = number % len(images)
                Image.fromarray(images[place][..., 0]).save(out, "PNG")
                archive.writestr(f"{labels[place]}/{number}.png", out.getvalue())
        home = Home(Path(folder) / "home")
        started = time.perf_counter()
        dataset = ingest(path, name="digits.zip", owner="bench", home=home)
        run_folder = Path(folder) / "run"
        run_folder.mkdir()
        prepare(default_spec(dataset, "class"), dataset, Catalog(home), run_folder)
        seconds = time.perf_counter() - started
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def recommended(budget_s: int) -> tuple[float, float, float]:
    """The recommended network on all 70 000 images by the terminal: (seconds from start to end, seconds of processor
    time, test accuracy)."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "mnist.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for file in sorted(MNIST.glob("*.gz")):
                archive.write(file, file.name)
        started = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "core", "train", str(path), "--target", "class", "--model", "compact_cnn",
             "--budget", str(budget_s), "--json"],
            check=True, capture_output=True, text=True, cwd=ROOT, env={**os.environ, "FATHOM_HOME": f"{folder}/home"},
        )  # fmt: skip
        seconds, used = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    scores = json.loads(done.stdout.strip().splitlines()[-1])["scores"]
    return (
        seconds,
        used.ru_utime + used.ru_stime,
        next(s["value"] for s in scores if s["model"] == "compact_cnn" and s["part"] == "test"),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--one", choices=("bare", "fathom", "ready", "recommended"))
    parser.add_argument("--preset", default="dense", choices=PRESETS)
    parser.add_argument("--presets", nargs="*", default=list(PRESETS), choices=PRESETS)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--n", type=int, default=N_ZIPPED)
    parser.add_argument("--budget", type=int, default=600)
    parser.add_argument("--without-recommended", action="store_true")
    parser.add_argument("--only-presets", action="store_true")
    options = parser.parse_args()
    if not (MNIST / "train-images-idx3-ubyte.gz").exists():
        print(f"MNIST is not in {MNIST}: nothing to measure")
        return
    if options.one:
        with_preset = {"bare": bare, "fathom": fathom}
        if options.one in with_preset:
            found = with_preset[options.one](options.preset, options.epochs)
        else:
            found = ready(options.n) if options.one == "ready" else recommended(options.budget)
        print(json.dumps(found))
        return
    for preset in options.presets:
        measured: dict[str, list[tuple[float, ...]]] = {"bare": [], "fathom": []}
        for _ in range(options.rounds):
            for name, results in measured.items():
                results.append(_alone(name, "--preset", preset, "--epochs", str(options.epochs)))
        # on a machine that others use the processor's time says more than the wall's clock
        seconds, worked, accuracy = (
            {name: statistics.median(column) for name, column in zip(measured, columns)}
            for columns in zip(*(zip(*results) for results in measured.values()))
        )
        print(
            f"{preset}, {options.epochs} epochs: "
            + ", ".join(
                f"{title} {seconds[name]:.1f} s ({worked[name]:.1f} s of processor time, {accuracy[name]:.4f})"
                for name, title in {"bare": "bare Keras", "fathom": "Fathom"}.items()
            )
            + f", {seconds['fathom'] / seconds['bare']:.2f}× ({worked['fathom'] / worked['bare']:.2f}×)",
            flush=True,
        )
    if options.only_presets:
        return
    for n in (options.n, 10 * options.n):
        seconds, megabytes = _alone("ready", "--n", str(n))
        print(
            f"a zip of {n:,} images ready to train in {seconds:.1f} s, peak memory {megabytes:.0f} MB",
            flush=True,
        )
    if not options.without_recommended:
        seconds, worked, accuracy = _alone("recommended", "--budget", str(options.budget))
        said = "reached" if accuracy >= ENOUGH else "missed"
        print(
            f"recommended network: {accuracy:.4f} in {seconds:.0f} s, {worked:.0f} s of processor time ({ENOUGH} {said})"
        )


def _alone(name: str, *arguments: str) -> tuple[float, ...]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.images", "--one", name, *arguments], check=True, capture_output=True,
        text=True, env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}, cwd=ROOT,
    )  # fmt: skip
    return tuple(json.loads(done.stdout.strip().splitlines()[-1]))


if __name__ == "__main__":
    main()
