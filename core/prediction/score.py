"""Predict typed rows with one model of a finished run. Reads no file of a stranger's."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pandas as pd

from core.baselines import BASELINES
from core.data.columns import CellProblem
from core.domain import Run, Task
from core.errors import BadInput, UnknownName
from core.figures import significant
from core.prediction.contract import RANGE_COLUMNS, Contract, load_contract, probability_columns
from core.prediction.doubts import Doubts, find_doubts
from core.prediction.margin import Margin, margin_of
from core.prediction.raw import RawRows, load_raw_rows
from core.preparation import Preparation
from core.runs.blend import load_blend
from core.runs.predictions import load_predictions
from core.runs.records import Record, read_records
from core.runs.store import RunStore
from core.sentences import say

if TYPE_CHECKING:
    from core.baselines.fitting import FittedBaseline


class Predictor(Protocol):
    def predict(self, inputs: Mapping[str, np.ndarray]) -> np.ndarray:
        """Prepared inputs → probabilities (n, classes), or values (n,) in the target's unit."""
        ...


@dataclass(frozen=True)
class Viewing:
    """A classic model, which reads prepared rows by a view of its own."""

    fitted: "FittedBaseline"
    preparation: Preparation
    view: str

    def predict(self, inputs: Mapping[str, np.ndarray]) -> np.ndarray:
        return self.fitted.predict(self.preparation.view(self.view, inputs))


@dataclass(frozen=True)
class Blending:
    """An ensemble: the weighted mean of what its members say."""

    members: tuple[Predictor, ...]
    weights: tuple[float, ...]

    def predict(self, inputs: Mapping[str, np.ndarray]) -> np.ndarray:
        return sum(weight * member.predict(inputs) for member, weight in zip(self.members, self.weights))


@dataclass(frozen=True)
class Scorer:
    """One model with the preparation and contract of its run.

    margin: of a predicted number, if it is known. raw: what makes features of the rows that are asked
    about, where the run's table was cleaned.
    """

    run: Run
    record: Record
    contract: Contract
    preparation: Preparation
    predictor: Predictor
    margin: Margin | None = None
    raw: RawRows | None = None

    @property
    def task(self) -> Task:
        return self.run.spec.task

    def predict(self, frame: pd.DataFrame) -> np.ndarray:
        """Typed rows → probabilities (n, classes), or values (n,) in the target's unit."""
        return self.predictor.predict(self.preparation.transform(frame))

    def answer(self, frame: pd.DataFrame, problems: Sequence[CellProblem] = ()) -> "Answers":
        """Typed rows, none at all among them, and what could not be read of them."""
        width = (len(self.task.classes),) if self.task.classes else ()
        prediction = self.predict(self.clean(frame)) if len(frame) else np.empty((0, *width))
        doubts = find_doubts(frame, self.contract, problems)
        return Answers(self.task, prediction, doubts, self.margin, self._is_never_negative)

    def clean(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Typed rows as they come in → the features that the models learned from."""
        return frame if self.raw is None else self.raw.clean(frame)

    @property
    def _is_never_negative(self) -> bool:
        """Whether the target never was below zero in training, as prices and counts are not."""
        outcome = self.contract.outcome
        return outcome is not None and outcome.low is not None and outcome.low >= 0


@dataclass(frozen=True)
class Answers:
    """Predictions with what is doubtful about each row.

    margin: of a predicted number, if it is known. never_negative: whether a range ends at zero.
    """

    task: Task
    prediction: np.ndarray
    doubts: Doubts
    margin: Margin | None = None
    never_negative: bool = False

    def table(self) -> pd.DataFrame:
        """Columns prediction, p_<class> … for classes or low and high for a number, trust: "ok" or what is doubtful.

        Numbers have as many digits as the models know. low and high are NaN without a margin.
        """
        columns: dict[str, Any] = {}
        if self.task.classes:
            columns["prediction"] = np.asarray(self.task.classes, object)[self.prediction.argmax(axis=1)]
            shares = significant(self.prediction)
            columns |= {name: shares[:, k] for k, name in enumerate(probability_columns(self.task))}
        else:
            columns["prediction"] = significant(self.prediction)
            columns |= {name: significant(end) for name, end in zip(RANGE_COLUMNS, self._range())}
        columns["trust"] = self.doubts.trust()
        return pd.DataFrame(columns)

    def _range(self) -> tuple[np.ndarray, np.ndarray]:
        width = self.margin.width if self.margin else np.nan
        low, high = self.prediction - width, self.prediction + width
        if self.never_negative:  # but not above the answer itself
            low = np.maximum(low, np.minimum(self.prediction, 0))
        return low, high


def load_scorer(store: RunStore, run: Run, number: int | None = None) -> Scorer:
    """The run's recommended model, or the one of that number.

    Raises BadInput while the run is not done, UnknownName for a number without a trained model,
    listing the titles of those that there are.
    """
    if not store.is_whole(run.id):
        raise BadInput("run_not_done", run=run.name, state=say(f"state.{run.state}"))
    folder = store.folder(run.id)
    if number is None:
        number = run.summary["recommended_number"]
    records = {r.number: r for r in read_records(folder, run.spec) if r.state == "done"}
    if number not in records:
        raise UnknownName("trained model", f"number {number}", [r.title for r in records.values()])
    record, contract, task = records[number], load_contract(folder), run.spec.task
    preparation = _preparation(folder)
    predictor = _load(folder, record, records, preparation, task)
    raw = load_raw_rows(folder, task.features)
    return Scorer(run, record, contract, preparation, predictor, _margin(folder, record, task), raw)


def number_of(store: RunStore, run: Run, key: str) -> int:
    """The number of the run's model of that key. Raises UnknownName, listing those it has."""
    numbers = {r.key: r.number for r in read_records(store.folder(run.id), run.spec) if r.state == "done"}
    if key not in numbers:
        raise UnknownName("trained model", key, numbers)
    return numbers[key]


def _preparation(folder: Path) -> Preparation:
    return Preparation.from_plain(json.loads((folder / "preparation.json").read_text(encoding="utf-8")))


def _margin(folder: Path, record: Record, task: Task) -> Margin | None:
    if task.classes:
        return None
    path = folder / "models" / record.folder / "predictions.parquet"
    _, truth, prediction = load_predictions(path, "validation")
    return margin_of(truth, prediction)


def _load(
    folder: Path, record: Record, records: Mapping[int, Record], preparation: Preparation, task: Task
) -> Predictor:
    model_folder = folder / "models" / record.folder
    if record.family == "ensemble":
        blend = load_blend(model_folder)
        members = (_load(folder, records[n], records, preparation, task) for n in blend.members)
        return Blending(tuple(members), blend.weights)
    if record.family == "deep":
        from core.training.network import load_network
        from core.training.process import configure_process

        configure_process()
        return load_network(
            model_folder, record.key, record.params, preparation, task, record.weights_sha256,
            record.recalibration,
        )  # fmt: skip
    from core.baselines.fitting import load_baseline

    fitted = load_baseline(model_folder / "model.skops", task)
    return Viewing(fitted, preparation, BASELINES[record.key].view)
