"""What the folds of a run come to: one record and one set of predictions a model. Trains and prepares nothing.

A row that was left out is answered by the model that had not seen it: these answers stand for
those on validation rows wherever something is chosen. A row that judges, or a new one, gets the mean of
what the models of all folds say (bagging). In order of time the last fold's model answers alone, since
it has learned from all that the others have, and from what came after.

Folds are trained one after another, each with every model. So whenever time ends, all models
have been asked about the same rows: a fold that was broken off does not count, and a model that failed
in one takes no part.
Source: Breiman (1996), Bagging predictors, Machine Learning 24, 123-140.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from core.data.folds import n_fits
from core.domain import Part, RunSpec
from core.evaluation.metrics import METRICS
from core.runs.predictions import load_predictions, save_predictions
from core.runs.records import Record, first_records, fold_folder, read_records, save_record
from core.sentences import say


def records_in(run_folder: Path, spec: RunSpec, fold: int) -> tuple[Record, ...]:
    """The models of a fold as they stand, of those that ended well in every fold before it."""
    out = {
        r.number
        for earlier in range(1, fold)
        for r in _all_in(run_folder, spec, earlier)
        if r.state != "done"
    }
    return tuple(r for r in _all_in(run_folder, spec, fold) if r.number not in out)


def _all_in(run_folder: Path, spec: RunSpec, fold: int) -> list[Record]:
    records = read_records(fold_folder(run_folder, fold), spec)
    return [r for r in records if r.family != "ensemble"]


def is_broken_off(records: Sequence[Record], fold: int) -> bool:
    """Whether the time was up, or the run was finished, before every model had its turn in a fold after the first."""
    return fold > 1 and any(
        r.ending == "finish" or (r.ending == "budget" and r.state == "skipped") for r in records
    )


def folds_that_count(run_folder: Path, spec: RunSpec) -> tuple[int, ...]:
    """The folds that every model has been through."""
    counting: list[int] = []
    for fold in range(1, n_fits(spec) + 1):
        records = records_in(run_folder, spec, fold)
        if not all(r.is_settled for r in records) or is_broken_off(records, fold):
            break
        counting.append(fold)
    return tuple(counting)


def note_fold(run_folder: Path, spec: RunSpec, record: Record, fold: int) -> None:
    """Tell in the run's folder how a model stands in its folds so far.

    record: as it stands in the fold.
    """
    before = next(r for r in read_records(run_folder, spec) if r.number == record.number)
    expected_s = record.expected_s and n_fits(spec) * record.expected_s  # in all folds
    if record.state == "waiting":
        save_record(run_folder, replace(before, expected_s=expected_s))
        return
    values = before.folds[: fold - 1]
    if record.state == "done":
        values = (*values, record.validation)
    known = [v for v in values if v is not None]
    so_far = replace(
        record,
        state="waiting" if record.state == "done" else record.state,
        fold=fold,
        folds=values,
        validation=float(np.mean(known)) if known else None,
        expected_s=expected_s,
        fit_s=record.fit_s if record.is_settled else before.fit_s,  # of the last fold that was done
        weights_sha256=None,
        recalibration=None,
    )
    save_record(run_folder, so_far)


def gather(run_folder: Path, spec: RunSpec) -> int:
    """Put every model's folds together in the run's folder; how many rows were left out once or more.

    At least one fold counts.
    """
    folds, n_left_out = folds_that_count(run_folder, spec), 0
    voices = folds[-1:] if spec.split.strategy == "chronological" else folds
    for waiting in first_records(spec):
        if waiting.family == "ensemble":
            continue
        own = _own(run_folder, spec, waiting.number, folds)
        failed = next((i for i, r in enumerate(own) if r.state != "done"), None)
        if failed is None:
            record, n_left_out = _united(run_folder, spec, own, folds, voices)
        else:
            record = _left_off(own, folds, failed, n_fits(spec))
        save_record(run_folder, record)
    return n_left_out


def _own(run_folder: Path, spec: RunSpec, number: int, folds: Sequence[int]) -> list[Record]:
    return [r for fold in folds for r in _all_in(run_folder, spec, fold) if r.number == number]


def _left_off(own: Sequence[Record], folds: Sequence[int], failed: int, n_folds: int) -> Record:
    """Of a model that did not end well in a fold: it has no answer for the rows of that one."""
    record = own[failed]
    reason = record.reason
    if failed:
        reason = say("model.in_fold", fold=folds[failed], n=n_folds, reason=reason)
    done = tuple(r.validation for r in own[:failed])
    return replace(record, reason=reason, fold=folds[failed], folds=done, fit_s=sum(r.fit_s for r in own))


def _united(
    run_folder: Path, spec: RunSpec, own: Sequence[Record], folds: Sequence[int], voices: Sequence[int]
) -> tuple[Record, int]:
    """The record of a model that ended well in every fold, its predictions saved; and of how many rows left out."""
    files = {f: fold_folder(run_folder, f) / "models" / own[0].folder / "predictions.parquet" for f in folds}
    left_out = _mean_by_row([load_predictions(files[fold], "validation") for fold in folds])
    told = [load_predictions(files[fold], "test") for fold in voices]
    judged = (told[0][0], told[0][1], sum(prediction for _, _, prediction in told) / len(told))
    parts: dict[Part, tuple[np.ndarray, np.ndarray, np.ndarray]] = {"validation": left_out, "test": judged}
    folder = run_folder / "models" / own[0].folder
    folder.mkdir(parents=True, exist_ok=True)
    save_predictions(folder / "predictions.parquet", parts)
    speaking = [r for fold, r in zip(folds, own) if fold in voices]
    shortest = next((r for ending in ("budget", "fitted") for r in own if r.ending == ending), own[-1])
    record = replace(
        own[-1],
        ending=shortest.ending,  # and how it came about: that time was short in one fold is true of the mean
        epochs=shortest.epochs,
        note=shortest.note,
        validation=_over_folds(own, left_out, spec),
        weights_sha256=None,  # and a recalibration: each fold's model has its own
        recalibration=None,
        fit_s=sum(r.fit_s for r in own),
        predict_us_per_row=sum(r.predict_us_per_row for r in speaking),
        size_bytes=sum(r.size_bytes for r in speaking),
        fold=folds[-1],
        folds=tuple(r.validation for r in own),
        voices=tuple(voices),
    )
    return record, len(left_out[0])


def _over_folds(
    own: Sequence[Record], left_out: tuple[np.ndarray, np.ndarray, np.ndarray], spec: RunSpec
) -> float:
    """The mean of the folds' values, by which models are chosen; of all rows together where a fold has none.

    All rows together would hold answers of different models against each other: one that is a little more
    careful in one fold than in another would seem to rank worse than it does.
    Source: Forman & Scholz (2010), Apples-to-apples in cross-validation studies, SIGKDD Explorations 12, 49-57.
    """
    values = [r.validation for r in own]
    if all(v is not None and math.isfinite(v) for v in values):
        return float(np.mean(values))
    _, truth, prediction = left_out
    return float(METRICS[spec.task.metric].compute(truth, prediction, spec.task))


def _mean_by_row(
    told: Sequence[tuple[np.ndarray, np.ndarray, np.ndarray]],
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """One answer a row, in the order of their numbers: the mean where it was left out several times."""
    numbers, truth, prediction = (np.concatenate(pieces) for pieces in zip(*told))
    rows, first, place, n = np.unique(numbers, return_index=True, return_inverse=True, return_counts=True)
    total = np.zeros((len(rows), *prediction.shape[1:]))
    np.add.at(total, place, prediction)
    return rows, truth[first], total / n.reshape(-1, *[1] * (prediction.ndim - 1))
