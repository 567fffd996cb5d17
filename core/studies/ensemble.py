"""The ensemble of a run: its finished models blended by what they said of the validation rows. Trains nothing."""

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from core.domain import Part, Task
from core.runs.blend import Blend, save_blend
from core.runs.predictions import load_predictions, save_predictions
from core.runs.records import Record
from core.sentences import say
from core.studies.blending import blended, choose_blend

PARTS: tuple[Part, ...] = ("validation", "test")


def blend_run(record: Record, records: Sequence[Record], folder: Path, task: Task, seed: int) -> Record:
    """The ensemble's record, settled: done, or skipped with the reason why there is none.

    It costs what its members cost: their training and their answers are needed for its own.
    """
    started = time.perf_counter()
    ready = [r for r in records if r.state == "done" and r.family in ("deep", "classic")]
    told = {part: {r.number: _prediction(folder, r, part) for r in ready} for part in PARTS}
    ready = [r for r in ready if all(np.isfinite(told[part][r.number][2]).all() for part in PARTS)]
    if len(ready) < 2:
        return replace(record, state="skipped", reason=say("model.blend_of_one"))
    _, truth, _ = told["validation"][ready[0].number]
    said = {part: {r.number: told[part][r.number][2] for r in ready} for part in PARTS}
    choice = choose_blend(truth, said["validation"], task, seed)
    titles = {r.number: r.title for r in ready}
    if not choice.helps or len(choice.weights) < 2:
        return replace(record, state="skipped", reason=say("model.blend_no_help", best=titles[choice.best]))
    of_run = folder / "models" / record.folder
    blend = Blend(members=tuple(choice.weights), weights=tuple(choice.weights.values()))
    members = [r for r in ready if r.number in choice.weights]
    size = save_blend(blend, of_run)
    parts = {}
    for part in PARTS:
        rows, truth, _ = told[part][ready[0].number]
        parts[part] = (rows, truth, blended(said[part], choice.weights))
    save_predictions(of_run / "predictions.parquet", parts)
    shares = ", ".join(f"{titles[number]} {weight:.0%}" for number, weight in choice.weights.items())
    return replace(
        record,
        state="done",
        note=say("note.blend", members=shares),
        validation=float(choice.value),
        fit_s=sum(r.fit_s for r in members) + time.perf_counter() - started,
        predict_us_per_row=sum(r.predict_us_per_row for r in members),
        size_bytes=size + sum(r.size_bytes for r in members),
        voices=members[0].voices,
    )


def _prediction(folder: Path, record: Record, part: Part) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return load_predictions(folder / "models" / record.folder / "predictions.parquet", part)
