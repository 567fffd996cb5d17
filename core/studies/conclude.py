"""Score every model of a run on the test rows, once, and say which to use. Trains nothing."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np

from core import codec
from core.data.folds import n_fits
from core.domain import Run, Score, Split
from core.errors import NotApplicable
from core.evaluation.compare import Choosing, recommend
from core.evaluation.intervals import bootstrap_interval
from core.evaluation.metrics import METRICS, score_all
from core.evaluation.practice import Practice, in_practice
from core.evaluation.verdict import Verdict
from core.home import write_whole
from core.runs.predictions import load_predictions
from core.runs.records import Record, read_records
from core.runs.store import RunStore
from core.studies.prepare import Prepared
from core.studies.standings import told_apart
from core.studies.widths import learn_widths


def conclude(run: Run, prepared: Prepared, store: RunStore) -> None:
    """Write scores.json and verdict.json and set the run's summary."""
    folder, task = store.folder(run.id), prepared.task
    records = told_apart(read_records(folder, run.spec))
    validation, test, predictions = [], [], {}
    truth = prepared.rows["test"].truth
    for record in records:
        if record.state != "done":
            test.append(replace(_blank(record, task.metric), reason=record.reason))
            continue
        path = folder / "models" / record.folder / "predictions.parquet"
        chosen_by = {"part": "validation", "value": record.validation, "folds": record.folds}
        validation.append(replace(_blank(record, task.metric), **chosen_by))
        _, _, prediction = load_predictions(path, "test")
        try:
            test.append(_score(record, prepared, prediction, run))
        except NotApplicable as error:  # its predictions are no numbers: listed, and out of the contest
            test.append(replace(_blank(record, task.metric), reason=str(error)))
        else:
            predictions[record.number] = prediction
    titles = {r.number: r.title for r in records}
    verdict = recommend(
        validation,
        test,
        truth,
        predictions,
        task,
        titles=titles,
        seed=run.spec.seed,
        groups=prepared.test_groups,
        choosing=_choosing(records, prepared, folder),
    )
    verdict = replace(
        verdict,
        drawn=_drawn(run.spec.split, prepared),
        practice=_practice(verdict, predictions, titles, prepared),
        unready=tuple(r.title for r in records if r.number not in predictions and r.family != "ensemble"),
        cut_short=tuple(r.title for r in records if r.ending == "budget" and r.state == "done"),
        fitted=tuple(r.title for r in records if r.ending == "fitted"),
        n_folds=n_fits(run.spec),
        n_folds_done=max((len(r.folds) for r in records if r.state == "done"), default=0),
        n_twins=prepared.n_twins,
        n_test=len(truth),
    )
    learn_widths(prepared, records, folder, run.spec.seed)
    store.looks.note(run, len(predictions))
    store.save_scores(run.id, [*test, *validation])
    write_whole(folder / "verdict.json", codec.dumps(verdict, indent=1))
    store.set_summary(run.id, _summary(run, verdict, test, records, prepared))


def _choosing(records: Sequence[Record], prepared: Prepared, folder: Path) -> Choosing | None:
    """What was said of the validation rows; None where no model did, and in folds, whose models' answers lie at levels of
    their own and are not to be ranked against each other."""
    files = {
        r.number: folder / "models" / r.folder / "predictions.parquet" for r in records if r.state == "done"
    }
    if not files or prepared.n_left_out is not None:
        return None
    _, truth, _ = load_predictions(next(iter(files.values())), "validation")

    def prediction(number: int) -> np.ndarray:
        return load_predictions(files[number], "validation")[2]

    return Choosing(y=truth, prediction=prediction, groups=prepared.validation_groups)


def load_verdict(folder: Path) -> Verdict:
    import json

    return codec.from_plain(Verdict, json.loads((folder / "verdict.json").read_text(encoding="utf-8")))


def _drawn(split: Split, prepared: Prepared) -> Literal["rows", "groups", "blocks"]:
    if prepared.test_groups is None:
        return "rows"
    return "blocks" if split.strategy == "chronological" else "groups"


def _practice(
    verdict: Verdict, predictions: dict[int, np.ndarray], titles: dict[int, str], prepared: Prepared
) -> Practice | None:
    """Of the recommended model; of a trivial one, on which nobody is to act, there is nothing to say."""
    chosen = verdict.recommended
    if chosen not in (verdict.network, verdict.classic, verdict.ensemble) or chosen not in predictions:
        return None
    return in_practice(prepared.rows["test"].truth, predictions[chosen], prepared.task, titles[chosen])


def _blank(record: Record, metric: str) -> Score:
    return Score(
        model=record.key,
        number=record.number,
        family=record.family,
        part="test",
        metric=metric,
        value=None,
        fit_s=record.fit_s,
        predict_us_per_row=record.predict_us_per_row,
        size_bytes=record.size_bytes,
    )


def _score(record: Record, prepared: Prepared, prediction: np.ndarray, run: Run) -> Score:
    task, truth, seed = run.spec.task, prepared.rows["test"].truth, run.spec.seed
    values = score_all(truth, prediction, task)
    low, high = bootstrap_interval(truth, prediction, task.metric, task, seed, groups=prepared.test_groups)
    blank = _blank(record, task.metric)
    return replace(blank, value=values.get(task.metric), low=low, high=high, n=len(truth), metrics=values)


def _summary(
    run: Run, verdict: Verdict, test: list[Score], records: Sequence[Record], prepared: Prepared
) -> dict:
    """What lists show without opening the folder."""
    recommended = next((s for s in test if s.number == verdict.recommended), None)
    title = next((r.title for r in records if r.number == verdict.recommended), None)
    return {
        "metric": run.spec.task.metric,
        "metric_title": METRICS[run.spec.task.metric].title,
        "recommended": title,
        "recommended_number": verdict.recommended,
        "value": recommended.value if recommended else None,
        "low": recommended.low if recommended else None,
        "high": recommended.high if recommended else None,
        "verdict": verdict.code,
        "sentence": verdict.sentence,
        "rows": prepared.counts,
        "n_models": sum(r.state == "done" for r in records),
    }
