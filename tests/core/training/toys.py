"""Small rows and quick networks for the tests of whatever trains, explains or stores networks."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from core.domain import Column, Task
from core.preparation import Preparation
from core.training.batches import Rows
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


WIDE = {"image": (Column(name="picture", kind="image"), lambda signal, rng: pictures(signal, rng))}
SIDE = 28  # pixels


def pictures(signal: np.ndarray, rng: np.random.Generator) -> list[bytes]:
    """A bright bar an image, the lower the larger the signal."""
    places = np.clip((signal + 4) / 10 * (SIDE - 2), 0, SIDE - 2).astype(int)
    made = []
    for place in places:
        pixels = rng.integers(0, 60, (SIDE, SIDE)).astype(np.uint8)
        pixels[place : place + 2] = 230
        made.append(encoded(pixels))
    return made


@dataclass(frozen=True)
class Toy:
    """Rows that a straight line nearly predicts, with all three groups of inputs, and what a network is made for."""

    task: Task
    preparation: Preparation
    rows: Rows

    @property
    def specs(self):
        return self.preparation.input_specs


def toy_frame(kind: str, n: int, seed: int = 0, made_for: str | None = None) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    size, plan, city = rng.normal(size=n), rng.integers(3, size=n), rng.integers(CITIES, size=n)
    signal = 2 * size + plan - city / CITIES + 0.2 * rng.normal(size=n)
    if kind == "regression":
        target = 1_000 + 50 * signal
    else:
        classes = TASKS[kind].classes
        cuts = np.quantile(signal, np.arange(1, len(classes)) / len(classes))
        target = np.asarray(classes, dtype=object)[np.digitize(signal, cuts)]
    frame = pd.DataFrame(
        {
            "size": size,
            "plan": np.asarray(["free", "basic", "pro"], dtype=object)[plan],
            "city": [f"city {c}" for c in city],
            "y": target,
        }
    )
    if made_for is not None:
        column, make = WIDE[made_for]
        frame[column.name] = make(signal, rng)
    return frame


@cache
def toy(kind: str, n: int = 192, seed: int = 0, made_for: str | None = None) -> Toy:
    task, frame = TASKS[kind], toy_frame(kind, n, seed, made_for)
    columns = COLUMNS if made_for is None else (*COLUMNS, WIDE[made_for][0])
    preparation = Preparation.fit(frame, columns, task)
    return Toy(
        task, preparation, Rows(inputs=preparation.transform(frame), targets=preparation.targets(frame))
    )
