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
from core.prediction.difficulty import Difficulty, load_difficulty
from core.prediction.doubts import Doubt, Doubts, find_doubts, with_more
from core.prediction.margin import Margin, margin_of
from core.prediction.new_words import find_new_words
from core.prediction.raw import RawRows, load_raw_rows
from core.preparation import Preparation
from core.runs.blend import load_blend
from core.runs.predictions import load_predictions
from core.runs.records import Record, fold_folder, read_records
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
class Voice:
    """One trained model with all that makes its inputs of rows as they come in.

    folder: where its files lie, or those of its first member. raw: what makes features of the rows, where the run's table was cleaned.
    """

    preparation: Preparation
    predictor: Predictor
    folder: Path
    raw: RawRows | None = None

    def predict(self, frame: pd.DataFrame) -> np.ndarray:
        return self.predictor.predict(self.inputs(frame))

    def inputs(self, frame: pd.DataFrame) -> dict[str, np.ndarray]:
        """Typed rows as they come in → prepared inputs by name."""
        return self.preparation.transform(self.clean(frame))

    def clean(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Typed rows as they come in → the features that the model learned from."""
        return frame if self.raw is None else self.raw.clean(frame)


@dataclass(frozen=True)
class Scorer:
    """One model of a run, ready to answer, with the run's contract.

    voices: the model itself, or, where it was trained once a fold, one for each fold: they answer
    together, by their mean. margin: of a predicted number, if it is known; difficulty: what it is for each row.
    """

    run: Run
    record: Record
    contract: Contract
    voices: tuple[Voice, ...]
    margin: Margin | None = None
    difficulty: Difficulty | None = None

    @property
    def task(self) -> Task:
        return self.run.spec.task

    @property
    def voice(self) -> Voice:
        """The first: the one to look into where several cannot be looked into at once."""
        return self.voices[0]

    def predict(self, frame: pd.DataFrame) -> np.ndarray:
        """Typed rows as they come in → probabilities (n, classes), or values (n,) in the target's unit."""
        return self._told(frame)[0]

    def _told(self, frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray | None, list[tuple[int, Doubt]]]:
        """What is predicted; (n,) how wide the range of each row is, where that is known of each; words that are new."""
        total, x, new_words = 0.0, None, []
        reader = self._reader
        for voice in self.voices:
            features = voice.clean(frame)
            inputs = voice.preparation.transform(features)
            total = total + voice.predictor.predict(inputs)
            if voice is reader:
                x = voice.preparation.flatten(inputs)
            if voice is self.voice:
                new_words = find_new_words(features, inputs, voice.preparation)
        prediction = total / len(self.voices)
        widths = None if self.difficulty is None else self.difficulty.widths(x, prediction)
        return prediction, widths, new_words

    @property
    def _reader(self) -> Voice | None:
        """Whose prepared rows tell how hard they are."""
        if self.difficulty is None or not self.difficulty.reads_rows:
            return None
        return self.voices[self.record.voices.index(self.difficulty.fold) if self.record.voices else 0]

    def answer(self, frame: pd.DataFrame, problems: Sequence[CellProblem] = ()) -> "Answers":
        """Typed rows, none at all among them, and what could not be read of them."""
        width = (len(self.task.classes),) if self.task.classes else ()
        prediction, widths, new = self._told(frame) if len(frame) else (np.empty((0, *width)), None, [])
        doubts = with_more(find_doubts(frame, self.contract, problems), new)
        return Answers(self.task, prediction, doubts, self.margin, self._is_never_negative, widths)

    @property
    def _is_never_negative(self) -> bool:
        """Whether the target never was below zero in training, as prices and counts are not."""
        outcome = self.contract.outcome
        return outcome is not None and outcome.low is not None and outcome.low >= 0


@dataclass(frozen=True)
class Answers:
    """Predictions with what is doubtful about each row.

    margin: of a predicted number, if it is known. never_negative: whether a range ends at zero.
    widths: (n,) how far to either side a range goes, where each row has its own.
    """

    task: Task
    prediction: np.ndarray
    doubts: Doubts
    margin: Margin | None = None
    never_negative: bool = False
    widths: np.ndarray | None = None

    def margins(self) -> list[Margin | None]:
        """Of each row."""
        if self.margin is None or self.widths is None:
            return [self.margin] * len(self.prediction)
        n, usual = self.margin.n, self.margin.width
        return [Margin(width=float(width), n=n, usual=usual) for width in self.widths]

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
        width = self.widths
        if width is None:
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
    record, task = records[number], run.spec.task
    places = [fold_folder(folder, fold) for fold in record.voices] or [folder]
    voices = tuple(_voice(place, folder, run, record) for place in places)
    margin, difficulty = _margin(folder, record, task)
    return Scorer(run, record, load_contract(folder), voices, margin, difficulty)


def number_of(store: RunStore, run: Run, key: str) -> int:
    """The number of the run's model of that key. Raises UnknownName, listing those it has."""
    numbers = {r.key: r.number for r in read_records(store.folder(run.id), run.spec) if r.state == "done"}
    if key not in numbers:
        raise UnknownName("trained model", key, numbers)
    return numbers[key]


def _preparation(folder: Path) -> Preparation:
    return Preparation.from_plain(json.loads((folder / "preparation.json").read_text(encoding="utf-8")))


def _margin(folder: Path, record: Record, task: Task) -> tuple[Margin | None, Difficulty | None]:
    if task.classes:
        return None, None
    own = folder / "models" / record.folder
    if (difficulty := load_difficulty(own)) is not None:
        return Margin(width=difficulty.usual, n=difficulty.n), difficulty
    _, truth, prediction = load_predictions(own / "predictions.parquet", "validation")
    return margin_of(truth, prediction), None


def _voice(place: Path, run_folder: Path, run: Run, record: Record) -> Voice:
    """place: where the model and its preparation lie: the run's folder, or that of one of its folds."""
    preparation, task = _preparation(place), run.spec.task
    records = {r.number: r for r in read_records(place, run.spec)}
    if record.family == "ensemble":
        blend = load_blend(run_folder / "models" / record.folder)
        members = tuple(_load(place, records[n], preparation, task) for n in blend.members)
        predictor: Predictor = Blending(members, blend.weights)
        record = records[blend.members[0]]
    else:
        predictor = _load(place, records[record.number], preparation, task)
    return Voice(
        preparation, predictor, place / "models" / record.folder, load_raw_rows(place, task.features)
    )


def _load(place: Path, record: Record, preparation: Preparation, task: Task) -> Predictor:
    folder = place / "models" / record.folder
    if record.family == "deep":
        from core.training.network import load_network
        from core.training.process import configure_process

        configure_process()
        return load_network(
            folder, record.key, record.params, preparation, task, record.weights_sha256, record.recalibration
        )
    from core.baselines.fitting import load_baseline

    fitted = load_baseline(folder / "model.skops", task)
    return Viewing(fitted, preparation, BASELINES[record.key].view)
