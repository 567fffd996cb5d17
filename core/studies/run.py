"""Carry out one run: prepare, train every model on the same rows, score each once, conclude.

Can be killed at any moment and called again: what is settled stays, a network goes on from
its checkpoint. Knows nothing of queues and pages; a context tells it what is wanted of it.
"""

import shutil
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from core.architectures import ARCHITECTURES
from core.baselines import BASELINES
from core.data.catalog import Catalog
from core.data.folds import check_folds, n_fits
from core.domain import Dataset, Run
from core.errors import FathomError, NotApplicable
from core.evaluation.metrics import METRICS
from core.runs.blend import ENSEMBLE
from core.runs.predictions import load_predictions
from core.runs.records import Record, fold_folder, read_records, save_record
from core.runs.store import RunStore
from core.sentences import say
from core.studies.budget import Budget, Deadline
from core.studies.classics import ClassicsBench, save_views
from core.studies.conclude import conclude
from core.studies.ensemble import blend_run
from core.studies.estimate import refuse_if_too_large
from core.studies.folds import folds_that_count, gather, is_broken_off, note_fold, records_in
from core.studies.one_network import Turn, learn
from core.studies.outlook import expected
from core.studies.prepare import Prepared, prepare
from core.studies.probes import ask_for_the_others
from core.studies.source import SCRATCH
from core.studies.standings import told_apart
from core.studies.wishes import UNWANTED, Interrupted, RunContext
from core.training.lesson import Outcome
from core.training.process import out_of_memory, use_all_cores

CLASSIC_LIMIT_S = 300.0  # without a budget, the longest a classic model may take
CLOCK_S = 2.0  # seconds of the budget that may be forgotten when the process is killed


def carry_out(
    run: Run, dataset: Dataset, *, catalog: Catalog, store: RunStore, context: RunContext,
    bench: ClassicsBench, started: float | None = None,
) -> None:  # fmt: skip
    """Train and score everything in the run's spec; its folder holds the outcome.

    started: time.monotonic() at which the budget's clock began, if before this call.
    Raises Interrupted when asked to leave, FathomError when the rows cannot be prepared,
    OSError when the disk is full. A model that fails is listed with the reason.
    """
    _Study(run, dataset, catalog, store, context, bench, started).go()


class _Study:
    def __init__(self, run, dataset, catalog, store, context, bench, started):
        self.run, self.dataset, self.catalog, self.store = run, dataset, catalog, store
        self.context, self.bench = context, bench
        self.folder: Path = store.folder(run.id)
        self.fold: int | None = None  # the one in hand, from 1
        self.noted: int | None = None  # the classic model whose turn was told last
        self.budget = Budget.resume(run.spec.budget_s, self.folder, started)
        self.n_models = self.n_settled = 0
        self.finishing = False
        self.clock_saved_at = time.monotonic()

    def go(self) -> None:
        if self.store.is_whole(self.run.id):
            return  # killed after the last word was written, before its job could say so
        check_folds(self.run.spec)
        refuse_if_too_large(self.run.spec, self.dataset, self.catalog)
        self.context.report(0.0, say("stage.preparing"))
        prepared = self._in_folds() if self.run.spec.folds else self._once()
        self._blend(prepared)
        if self.run.spec.selects:
            ask_for_the_others(self.folder, self.run)
        self.context.report(0.97, say("stage.scoring"))
        conclude(self.run, prepared, self.store)
        for pattern in (SCRATCH, f"fold-*/{SCRATCH}", "models/*/checkpoint", "fold-*/models/*/checkpoint"):
            for leftover in self.folder.glob(pattern):
                shutil.rmtree(leftover, ignore_errors=True)
        self.store.write_manifest(self.run.id)

    def _once(self) -> Prepared:
        prepared = self._prepared()
        self._fit_all(prepared, read_records(self.folder, self.run.spec))
        return prepared

    def _in_folds(self) -> Prepared:
        """Every model in one fold after another, as long as there is time; then what they come to."""
        spec, n, prepared = self.run.spec, n_fits(self.run.spec), None
        for self.fold in range(1, n + 1):
            records = records_in(self.folder, spec, self.fold)
            if not all(r.is_settled for r in records):
                if self.fold > 1 and (self.finishing or self.budget.for_all_fitting() <= 0):
                    break
                self.budget = self.budget.in_fold(self.fold, n)
                shutil.rmtree(fold_folder(self.folder, self.fold - 1) / SCRATCH, ignore_errors=True)
                prepared = self._prepared()
                self._fit_all(prepared, records)
                records = records_in(self.folder, spec, self.fold)
            if is_broken_off(records, self.fold) or any(r.ending == "finish" for r in records):
                break
        self.fold = folds_that_count(self.folder, spec)[-1]
        if (
            prepared is None or prepared.fold != self.fold
        ):  # all was done before, or the fold in hand was broken off
            prepared = self._prepared()
        self.fold = None
        return replace(prepared, n_left_out=gather(self.folder, spec))

    def _prepared(self) -> Prepared:
        return prepare(
            self.run.spec, self.dataset, self.catalog, self.folder, self._preparing, fold=self.fold
        )

    @property
    def place(self) -> Path:
        """Where the models in hand lie: in the run's folder, or in that of the fold in hand."""
        return self.folder if self.fold is None else fold_folder(self.folder, self.fold)

    @property
    def seed(self) -> int:
        """Of the models in hand: those of different folds begin differently, so that their mean gains more."""
        return self.run.spec.seed if self.fold is None else self.run.spec.seed + self.fold - 1

    def _fit_all(self, prepared: Prepared, records: Sequence[Record]) -> None:
        """Train every one of the models that is not settled yet."""
        if any(len(spec.shape) == 3 for spec in prepared.preparation.input_specs.values()):
            use_all_cores()
        self.noted = None
        self.n_models, self.n_settled = len(records), sum(r.is_settled for r in records)
        blends = any(m.key == ENSEMBLE for m in self.run.spec.models)
        self.budget = self.budget.to_score(
            len(records), prepared.counts["test"], blends=blends, has_widths=not prepared.task.classes
        )
        records = self._foreseen(prepared, records)
        classics = self._suited(
            [r for r in records if r.family in ("classic", "trivial") and not r.is_settled], prepared
        )
        if classics:
            views = {BASELINES[r.key].view for r in classics}
            save_views(prepared, self.place / SCRATCH, views)
            left_s = self._for_classics()
            ending = "budget" if left_s < CLASSIC_LIMIT_S else None
            limit_s = min(left_s, CLASSIC_LIMIT_S)
            self.bench.submit(self.place, prepared.task, self.seed, classics, limit_s, ending)
        networks = [r for r in records if r.family == "deep" and not r.is_settled]
        shares = [ARCHITECTURES[r.key].share for r in networks]
        for n, record in enumerate(networks):
            self._train(record, prepared, self.budget.part(shares[n], sum(shares[n:])))
        self._await_classics(prepared)

    def _foreseen(self, prepared: Prepared, records: Sequence[Record]) -> tuple[Record, ...]:
        """The records with what each is expected to take, noted for whoever looks at the run."""
        records = expected(
            records,
            self.run.spec,
            n_train=prepared.counts["train"],
            width=len(prepared.preparation.flat_names),
            fitting_s=self.budget.for_fitting(),
        )
        for record in records:
            self._save(record)
        return records

    def _suited(self, classics: Sequence[Record], prepared: Prepared) -> list[Record]:
        """Those that find what they are made for among the prepared inputs; the others are settled, with the reason."""
        suited = []
        for record in classics:
            try:
                BASELINES[record.key].check(prepared.preparation.input_specs)
                suited.append(record)
            except NotApplicable as declined:
                self._settled(replace(record, state="skipped", reason=str(declined)), prepared)
        return suited

    def _for_classics(self) -> float:
        """Seconds that classic models may take: those that were ready in the first fold are waited for in the others."""
        return self.budget.for_fitting() if self.fold in (None, 1) else self.budget.for_all_fitting()

    def _blend(self, prepared: Prepared) -> None:
        """The ensemble comes last, of whatever there is by then."""
        records = read_records(self.folder, self.run.spec)
        for record in records:
            if record.family == "ensemble" and not record.is_settled:
                self._report(say("stage.blending"))
                self._settled(
                    blend_run(record, told_apart(records), self.folder, prepared.task, self.run.spec.seed),
                    prepared,
                )

    def _preparing(self, fraction: float) -> None:
        """Tells how far preparing is; a large table takes minutes, and somebody may want to leave."""
        self.context.report(0.05 * fraction, say("stage.preparing"))
        wish = self.context.requested()
        if wish in ("pause", "interrupt", *UNWANTED):
            self._save_clock()
            raise Interrupted(wish)

    def _train(self, record: Record, prepared: Prepared, seconds: float) -> None:
        if self.finishing:
            reason = say("model.stopped")
            self._settled(replace(record, state="skipped", reason=reason, ending="finish"), prepared)
            return
        if seconds <= 0:
            reason = say("model.budget")
            self._settled(replace(record, state="skipped", reason=reason, ending="budget"), prepared)
            return
        self._save(replace(record, state="training"))
        self._report(say("stage.training", title=record.title))
        try:
            settled = self._learn(record, prepared, seconds)
        except NotApplicable as declined:
            ending = "budget" if declined.code == "no_time_to_learn" else None
            settled = replace(record, state="skipped", reason=str(declined), ending=ending)
        except FathomError as error:
            ending = "diverged" if error.code == "diverged" else None
            settled = replace(record, state="failed", reason=str(error), ending=ending)
        except out_of_memory():
            settled = replace(record, state="failed", reason=say("model.no_memory"), ending="memory")
        self._settled(settled, prepared)

    def _learn(self, record: Record, prepared: Prepared, seconds: float) -> Record:
        turn = Turn(
            run=self.run,
            record=record,
            prepared=prepared,
            place=self.place,
            fold=self.fold,
            seed=self.seed,
        )
        return learn(
            turn,
            self.store,
            Deadline(self.budget, seconds),
            requested=lambda: self._requested(prepared),
            told=lambda epoch, within: self._told(record, epoch, within),
            ended=self._leave_if_asked,
        )

    def _told(self, record: Record, epoch: int, within: float | None) -> None:
        """Pass on how a network goes: at the end of an epoch, and within long ones only the clock."""
        if within is not None:
            self._report(say("stage.epoch", title=record.title, epoch=epoch), within)
        if time.monotonic() - self.clock_saved_at > CLOCK_S:
            self._save_clock()

    def _leave_if_asked(self, outcome: Outcome) -> None:
        if outcome.ending in ("paused", "interrupted"):
            self._save_clock()
            raise Interrupted("pause" if outcome.ending == "paused" else "interrupt")
        if outcome.ending == "finish":
            self.finishing = True

    def _requested(self, prepared: Prepared) -> str | None:
        """What is wanted of the run; settles classic models on the way, as this is called often."""
        self._collect(prepared)
        wish = self.context.requested()
        if wish in UNWANTED:
            raise Interrupted(wish)
        return wish

    def _collect(self, prepared: Prepared) -> None:
        current = self.bench.current
        if current is not None and self.fold is not None and current.number != self.noted:
            note_fold(self.folder, self.run.spec, replace(current, state="training"), self.fold)
            self.noted = current.number
        for record in self.bench.poll():
            self._settled(record, prepared)

    def _await_classics(self, prepared: Prepared) -> None:
        while self.bench.is_busy:
            self._report(say("stage.training", title=self.bench.current.title))
            self._collect(prepared)
            wish = self.context.requested()
            if wish in ("pause", "interrupt", *UNWANTED):
                self._save_clock()
                raise Interrupted(wish)
            if wish == "finish" or self.finishing:
                self._drop(say("model.stopped"), "finish", prepared)
            elif self._for_classics() <= 0:
                self._drop(say("model.budget"), "budget", prepared)
            time.sleep(0.05)
        self._collect(prepared)

    def _drop(self, reason: str, ending: str, prepared: Prepared) -> None:
        for record in self.bench.drop_waiting(reason, ending):
            self._settled(record, prepared)

    def _settled(self, record: Record, prepared: Prepared) -> None:
        """Note a model's end, with its metric on the validation rows if it has predictions."""
        if record.state == "done" and record.validation is None:
            path = self.place / "models" / record.folder / "predictions.parquet"
            _, truth, prediction = load_predictions(path, "validation")
            value = METRICS[prepared.task.metric].compute(truth, prediction, prepared.task)
            record = replace(record, validation=float(value))
        self._save(record)
        self.n_settled += 1
        self._save_clock()
        self._report(say("stage.settled", title=record.title))

    def _save(self, record: Record) -> None:
        save_record(self.place, record)
        if self.fold is not None:
            note_fold(self.folder, self.run.spec, record, self.fold)

    def _save_clock(self) -> None:
        self.budget.save(self.folder)
        self.clock_saved_at = time.monotonic()

    def _report(self, message: str, within: float = 0.0) -> None:
        """within: share of the model in training that is done; its classics go on meanwhile."""
        done = min((self.n_settled + 0.9 * within) / max(self.n_models, 1), 1.0)
        if self.fold is not None:
            n = n_fits(self.run.spec)
            done = (self.fold - 1 + done) / n
            message = say("stage.in_fold", fold=self.fold, n=n, message=message)
        self.context.report(0.05 + 0.9 * done, message)
