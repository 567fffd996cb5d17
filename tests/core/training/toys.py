"""Small rows and quick networks for the tests of whatever trains, explains or stores networks."""

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pandas as pd

from core.domain import Column, Task
from core.preparation import Preparation
from core.training.batches import Rows
from tests.core import clips
from tests.core.pictures import encoded

CITIES = 20  # more than become indicators, so that every group of inputs occurs
TASKS = {
    "binary": Task(
        kind="binary", target="y", features=("size", "plan", "city"), classes=("no", "yes"),
        positive_class="yes", metric="auc",
    ),
    "multiclass": Task(
        kind="multiclass", target="y", features=("size", "plan", "city"), classes=("a", "b", "c"),
        metric="accuracy",
    ),
    "regression": Task(kind="regression", target="y", features=("size", "plan", "city"), metric="rmse"),
}  # fmt: skip
COLUMNS = (
    Column(name="size", kind="decimal"),
    Column(name="plan", kind="category"),
    Column(name="city", kind="category"),
)


NOTE = Column(name="note", kind="text")
PICTURE = Column(name="picture", kind="image")
CLIP = Column(name="clip", kind="sound")
SIDE = 28  # pixels of a picture


@dataclass(frozen=True)
class Toy:
    """Rows that a straight line nearly predicts, with all three groups of inputs, and more where asked for."""

    task: Task
    preparation: Preparation
    rows: Rows

    @property
    def specs(self):
        return self.preparation.input_specs


def toy_frame(kind: str, n: int, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    size, plan, city = rng.normal(size=n), rng.integers(3, size=n), rng.integers(CITIES, size=n)
    signal = 2 * size + plan - city / CITIES + 0.2 * rng.normal(size=n)
    if kind == "regression":
        target = 1_000 + 50 * signal
    else:
        classes = TASKS[kind].classes
        cuts = np.quantile(signal, np.arange(1, len(classes)) / len(classes))
        target = np.asarray(classes, dtype=object)[np.digitize(signal, cuts)]
    return pd.DataFrame(
        {
            "size": size,
            "plan": np.asarray(["free", "basic", "pro"], dtype=object)[plan],
            "city": [f"city {c}" for c in city],
            "y": target,
        }
    )


def with_notes(frame: pd.DataFrame, seed: int = 0) -> pd.DataFrame:
    """The same rows with a text each that says the size again, in words among others."""
    rng = np.random.default_rng(seed)
    said = np.digitize(frame["size"], [-1, 0, 1])
    words = np.array(["tiny", "small", "large", "huge"])
    filler = [f"word{i}" for i in range(12)]
    notes = [" ".join([*rng.choice(filler, rng.integers(1, 6)), words[s], words[s], "today"]) for s in said]
    return frame.assign(note=notes)


def with_pictures(frame: pd.DataFrame, seed: int = 0) -> pd.DataFrame:
    """The same rows with a picture each: a bright bar, the lower the larger the size."""
    rng = np.random.default_rng(seed)
    places = np.clip((frame["size"] + 2) / 4 * (SIDE - 2), 0, SIDE - 2).astype(int)
    pictures = []
    for place in places:
        pixels = rng.integers(0, 60, (SIDE, SIDE)).astype(np.uint8)
        pixels[place : place + 2] = 230
        pictures.append(encoded(pixels))
    return frame.assign(picture=pictures)


def with_clips(frame: pd.DataFrame, seed: int = 0) -> pd.DataFrame:
    """The same rows with a sound each: a tone on some noise, the higher the larger the size."""
    rng = np.random.default_rng(seed)
    t = np.arange(2_000) / clips.RATE
    pitches = 300 * 2 ** (np.clip(frame["size"] + 2, 0, 4) * 0.8)
    tones = [0.5 * np.sin(2 * np.pi * pitch * t) + 0.01 * rng.normal(size=len(t)) for pitch in pitches]
    return frame.assign(clip=[clips.encoded(tone, "FLAC", subtype="PCM_16") for tone in tones])


@cache
def toy(kind: str, n: int = 192, seed: int = 0, made_for: str | None = None) -> Toy:
    """made_for: the modality of a column that has an input of its own, if there is to be one."""
    task, frame, columns = TASKS[kind], toy_frame(kind, n, seed), COLUMNS
    if made_for == "text":
        task = replace(task, features=(*task.features, NOTE.name))
        frame, columns = with_notes(frame, seed), (*COLUMNS, NOTE)
    if made_for == "image":
        task = replace(task, features=(*task.features, PICTURE.name))
        frame, columns = with_pictures(frame, seed), (*COLUMNS, PICTURE)
    if made_for == "sound":
        task = replace(task, features=(*task.features, CLIP.name))
        frame, columns = with_clips(frame, seed), (*COLUMNS, CLIP)
    preparation = Preparation.fit(frame, columns, task)
    return Toy(
        task, preparation, Rows(inputs=preparation.transform(frame), targets=preparation.targets(frame))
    )
