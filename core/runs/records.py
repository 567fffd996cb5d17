"""What a run's folder says of each model: its state, its cost, why it failed. Trains nothing."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from core import codec
from core.domain import Family, Model, RunSpec
from core.errors import BadInput
from core.home import write_whole
from core.runs.blend import ENSEMBLE, TITLE

ModelState = Literal["waiting", "training", "done", "failed", "skipped"]


@dataclass(frozen=True, kw_only=True)
class Record:
    """One model of a run as its folder tells it.

    params: every knob's value, defaults included. reason: the sentence why it failed or was
    skipped; note: something to know although it went well. ending: why training ended.
    validation: the task's metric on the validation rows, by which models are chosen.
    expected_s: seconds it was expected to take at most, when the run began.
    recalibration: what makes a network's probabilities honest, where it was asked for.
    fit_s: seconds; predict_us_per_row: microseconds; size_bytes: of the saved model.
    Of a model that is trained once a fold, its folder and record hold what the folds came to:
    fold: the one in training or trained last, from 1. folds: the metric on the rows that each
    left out. voices: the folds whose models answer together.
    """

    number: int
    key: str
    title: str
    family: Family
    params: Mapping[str, Any] = field(default_factory=dict)
    state: ModelState = "waiting"
    reason: str | None = None
    note: str | None = None
    ending: str | None = None
    epochs: int | None = None
    best_epoch: int | None = None
    n_parameters: int | None = None
    validation: float | None = None
    weights_sha256: str | None = None
    recalibration: tuple[float, ...] | None = None
    expected_s: float | None = None
    fit_s: float = 0.0
    predict_us_per_row: float = 0.0
    size_bytes: int = 0
    fold: int | None = None
    folds: tuple[float | None, ...] = ()
    voices: tuple[int, ...] = ()

    @property
    def folder(self) -> str:
        return f"{self.number}-{self.key}"

    @property
    def is_settled(self) -> bool:
        return self.state in ("done", "failed", "skipped")


def first_records(spec: RunSpec) -> tuple[Record, ...]:
    """The models of a spec before anything has happened, in the spec's order."""
    from core.architectures import ARCHITECTURES
    from core.baselines import BASELINES

    records = []
    for number, model in enumerate(spec.models):
        if model.key in ARCHITECTURES:
            architecture = ARCHITECTURES[model.key]
            settled = architecture.settle(model.params, spec.task.kind)
            records.append(
                Record(number=number, key=model.key, title=architecture.title, family="deep", params=settled)
            )
        elif model.key == ENSEMBLE:
            records.append(Record(number=number, key=ENSEMBLE, title=TITLE, family="ensemble"))
        else:
            baseline = BASELINES[model.key]
            records.append(Record(number=number, key=model.key, title=baseline.title, family=baseline.family))
    return tuple(records)


def fold_folder(run_folder: Path, fold: int) -> Path:
    """Where a fold's models lie, each in a folder as those of a run without folds."""
    return run_folder / f"fold-{fold}"


def place_of(run_folder: Path, record: Record) -> Path:
    """Below what the files of the model lie that is being trained, or was trained last."""
    return run_folder if record.fold is None else fold_folder(run_folder, record.fold)


def folders_heard(run_folder: Path, spec: RunSpec) -> list[Path]:
    """Where what a finished run learned lies: its own folder, or those of the folds whose models answer together; of
    the first fold where no model ended well."""
    if not spec.folds:
        return [run_folder]
    voices = next((r.voices for r in read_records(run_folder, spec) if r.voices), (1,))
    return [fold_folder(run_folder, fold) for fold in voices]


def save_record(run_folder: Path, record: Record) -> None:
    folder = run_folder / "models" / record.folder
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / "model.json", codec.dumps(record, indent=1))


def read_records(run_folder: Path, spec: RunSpec) -> tuple[Record, ...]:
    """Every model of the run as it stands; those not begun yet are "waiting"."""
    return tuple(_read(run_folder, record) for record in first_records(spec))


def _read(run_folder: Path, waiting: Record) -> Record:
    path = run_folder / "models" / waiting.folder / "model.json"
    try:
        return codec.from_plain(Record, json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return waiting
    except (ValueError, BadInput):
        raise BadInput("run_damaged", run=run_folder.name, file=f"{waiting.folder}/{path.name}") from None


def as_model(run_id: str, record: Record) -> Model:
    return Model(
        run=run_id,
        number=record.number,
        key=record.key,
        family=record.family,
        params=record.params,
        fold=record.fold,
        state=record.state,
    )
