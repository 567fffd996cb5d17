"""Fit classic models in a process of their own: beside the network, on the other core.

A fit inside scikit-learn cannot be stopped from within; a process can be ended. The child
reads one JSON line a model from its standard input and answers with one on its standard
output; arrays lie in the run's folder `scratch/`. When its parent dies, its input closes
and it ends too.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Collection, Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Literal

import numpy as np

from core import codec
from core.baselines import BASELINES
from core.domain import Task
from core.errors import FathomError, NotApplicable
from core.preparation import Preparation
from core.runs.predictions import save_predictions
from core.runs.records import Record, save_record
from core.sentences import say
from core.studies.npy_writer import NpyWriter
from core.studies.parts import PARTS
from core.studies.prepare import Prepared
from core.studies.source import SCRATCH
from core.studies.view_writer import ViewWriter, load_view
from core.training.batches import CHUNK_ROWS, rows_at_once

MOST_CELLS = 60_000_000  # of training rows in float32: 240 MB, and several times that inside some fits
START_S = 30.0  # the child may take this long to import scikit-learn before its clock counts


def save_views(prepared: Prepared, folder: Path, views: Collection[str]) -> None:
    """Write every part by each of the views where the child can read it.

    Of the training rows at most as many as hold MOST_CELLS, evenly spread in a shuffled order:
    scikit-learn holds all rows it learns from in memory.
    """
    width = _width(prepared.preparation)
    for part in PARTS:
        rows = prepared.rows[part]
        taught = _taught(rows.n, most_rows(prepared.preparation)) if part == "train" else None
        with ExitStack() as stack:
            writers = {view: stack.enter_context(ViewWriter(folder, f"{view}_{part}")) for view in views}
            step = rows_at_once(max(rows.row_bytes, 4 * width))
            for start in range(0, rows.n, step):
                chunk = rows.read(start, start + step)
                if taught is not None:
                    chunk = chunk.take(np.flatnonzero(taught[start : start + step]))
                for view, writer in writers.items():
                    writer.append(prepared.preparation.view(view, chunk.inputs))
        for name, stored in (("y", rows.stored_truth), ("rows", rows.stored_numbers)):
            with NpyWriter(folder / f"{name}_{part}.npy") as writer:
                for start in range(0, rows.n, CHUNK_ROWS):
                    values = stored.read(start, min(start + CHUNK_ROWS, rows.n))
                    writer.append(values if taught is None else values[taught[start : start + CHUNK_ROWS]])
    (folder / "n_train.json").write_text(json.dumps(prepared.rows["train"].n))


def most_rows(preparation: Preparation) -> int:
    """From how many training rows a classic model learns at most: what memory holds of them."""
    return max(1, MOST_CELLS // max(_width(preparation), 1))


def _width(preparation: Preparation) -> int:
    return max(len(preparation.flat_names), preparation.row_bytes // 4)


def _taught(n_rows: int, most: int) -> np.ndarray | None:
    """(n_rows,) bool: which training rows classic models learn from; None for all."""
    if n_rows <= most:
        return None
    taught = np.zeros(n_rows, bool)
    taught[np.random.default_rng(n_rows).choice(n_rows, most, replace=False)] = True
    return taught


class ClassicsBench:
    """Fits records one after another in a child process, within each one's time."""

    def __init__(self, python: Sequence[str] = (sys.executable, "-m", "core", "classics")):
        self._command = list(python)
        self._child: subprocess.Popen | None = None
        self._answers: SimpleQueue = SimpleQueue()
        self._waiting: deque[Record] = deque()
        self._current: Record | None = None
        self._started = 0.0
        self.start()

    def start(self) -> None:
        """Start the child, so that its imports are done by the time there is work."""
        root = Path(__file__).resolve().parents[2]
        self._child = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=root,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
            process_group=0,  # Ctrl-C at a terminal asks us to pause; the child must not die of it
        )  # fmt: skip
        self._answers = SimpleQueue()
        threading.Thread(target=_collect, args=(self._child, self._answers), daemon=True).start()

    def submit(
        self, run_folder: Path, task: Task, seed: int, records: Sequence[Record], limit_s: float,
        ending: Literal["budget"] | None = None,
    ) -> None:  # fmt: skip
        """Queue models to fit; each may take limit_s seconds. ending: what ends the one that takes longer."""
        self._run_folder, self._task, self._seed, self._limit_s = run_folder, task, seed, max(limit_s, 0.0)
        self._ending = ending
        self._waiting.extend(records)
        if self._child is None:  # ended with an earlier run
            self.start()
        self._next()

    @property
    def is_busy(self) -> bool:
        return self._current is not None

    @property
    def current(self) -> Record | None:
        return self._current

    def poll(self) -> list[Record]:
        """Records settled since the last call: fitted, failed, or out of time."""
        settled = []
        while self._current is not None:
            try:
                answer = self._answers.get_nowait()
            except Empty:
                if time.monotonic() - self._started <= self._limit_s:
                    break
                reason = say("model.out_of_time", limit=round(self._limit_s))
                settled.append(self._give_up("skipped", reason, self._ending))
                continue
            if answer is None:  # the child is gone: the system ended it, most likely for memory
                settled.append(self._give_up("failed", say("model.child_gone")))
                continue
            if "ready" in answer:
                self._started = time.monotonic()
                continue
            settled.append(self._settle(codec.from_plain(Record, answer)))
        return settled

    def drop_waiting(self, reason: str, ending: str) -> list[Record]:
        """End what is being fitted and what waits, with a reason and what ended it."""
        dropped = [self._settle_as("skipped", reason, r, ending) for r in self._waiting]
        self._waiting.clear()
        if self._current is not None:
            dropped.insert(0, self._give_up("skipped", reason, ending))
        return dropped

    def leave_off(self) -> None:
        """Fit nothing more; what was not settled stays as it is, to be fitted by a later attempt.

        A child that fits nothing is kept for the next run of this process, and ends with it.
        """
        self._waiting.clear()
        if self._current is not None:  # a fit cannot be stopped, its process can be ended
            self._current = None
            self._end_child()

    def close(self) -> None:
        """Leave off, and end the child."""
        self.leave_off()
        self._end_child()

    def _end_child(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.wait()
            with suppress(BrokenPipeError):  # an order it did not live to read
                self._child.stdin.close()
            self._child = None

    def _next(self) -> None:
        if self._current is None and self._waiting:
            self._current, self._started = self._waiting.popleft(), time.monotonic() + START_S
            order = {
                "folder": str(self._run_folder), "task": codec.to_plain(self._task), "seed": self._seed,
                "record": codec.to_plain(replace(self._current, state="training")),
            }  # fmt: skip
            save_record(self._run_folder, replace(self._current, state="training"))
            with suppress(BrokenPipeError):  # poll() finds the child gone and says so
                self._child.stdin.write(json.dumps(order).encode() + b"\n")
                self._child.stdin.flush()

    def _settle(self, record: Record) -> Record:
        self._current = None
        save_record(self._run_folder, record)
        self._next()
        return record

    def _settle_as(self, state: str, reason: str, record: Record, ending: str | None = None) -> Record:
        settled = replace(record, state=state, reason=reason, ending=ending)
        save_record(self._run_folder, settled)
        return settled

    def _give_up(self, state: str, reason: str, ending: str | None = None) -> Record:
        record = self._settle_as(state, reason, self._current, ending)
        self._current = None
        self._end_child()
        if self._waiting:
            self.start()
            self._next()
        return record


def _collect(child: subprocess.Popen, answers: SimpleQueue) -> None:
    with child.stdout, suppress(ValueError):  # it may be killed in the middle of an answer
        for line in child.stdout:
            answers.put(json.loads(line))
    answers.put(None)


def serve() -> None:
    """The child's side: fit what each line asks for until the input closes."""
    # whatever a library prints must not end up among the answers
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    orders: SimpleQueue = SimpleQueue()
    threading.Thread(target=_read_orders, args=(orders,), daemon=True).start()
    _import_all()
    while True:
        order = orders.get()
        print(json.dumps({"ready": True}), file=answers, flush=True)
        record = codec.from_plain(Record, order["record"])
        task = codec.from_plain(Task, order["task"])
        try:
            settled = _fit(record, task, order["seed"], Path(order["folder"]))
        except (NotApplicable, FathomError) as error:
            settled = replace(record, state="skipped", reason=str(error))
        except MemoryError:
            settled = replace(record, state="failed", reason=say("model.no_memory"))
        except Exception as error:  # a library's refusal is a result to be listed, not the end of the run
            reason = say("model.failed", error=f"{type(error).__name__}: {error}"[:300])
            settled = replace(record, state="failed", reason=reason)
        print(codec.dumps(settled), file=answers, flush=True)


def _import_all() -> None:
    """Import what every classic model is made of before there is work: no fit's time shall hold it."""
    import skops.io  # noqa: F401
    import threadpoolctl  # noqa: F401

    import core.baselines.fitting  # noqa: F401

    for baseline in BASELINES.values():
        kind = baseline.tasks[0]
        baseline.make(Task(kind=kind, target="", features=(), classes=("no", "yes")), 0, 100, 1)


def _read_orders(orders: SimpleQueue) -> None:
    for line in sys.stdin.buffer:
        orders.put(json.loads(line))
    os._exit(0)  # the parent is gone: nobody wants the fit that may be under way


def _fit(record: Record, task: Task, seed: int, run_folder: Path) -> Record:
    from core.baselines.fitting import fit_baseline

    scratch = run_folder / SCRATCH

    def load(name: str, part: str) -> np.ndarray:
        return np.load(scratch / f"{name}_{part}.npy", mmap_mode="r", allow_pickle=False)

    view = BASELINES[record.key].view
    started = time.perf_counter()
    n_train = json.loads((scratch / "n_train.json").read_text())
    x, y = load_view(scratch, f"{view}_train"), load("y", "train")
    validation = (load_view(scratch, f"{view}_validation"), load("y", "validation"))
    fitted = fit_baseline(record.key, x, y, task, seed, n_given=n_train, validation=validation)
    fit_s = time.perf_counter() - started
    parts, seconds, n_rows = {}, 0.0, 0
    for part in ("validation", "test"):
        x = load_view(scratch, f"{view}_{part}")
        before = time.perf_counter()
        prediction = np.concatenate(
            [fitted.predict(x[i : i + CHUNK_ROWS]) for i in range(0, x.shape[0], CHUNK_ROWS)]
        )
        seconds, n_rows = seconds + time.perf_counter() - before, n_rows + x.shape[0]
        parts[part] = (load("rows", part), load("y", part), prediction)
    folder = run_folder / "models" / record.folder
    folder.mkdir(parents=True, exist_ok=True)
    fitted.save(folder / "model.skops")
    save_predictions(folder / "predictions.parquet", parts)
    return replace(
        record,
        state="done",
        note=fitted.note,
        fit_s=fit_s,
        predict_us_per_row=seconds / max(n_rows, 1) * 1e6,
        size_bytes=(folder / "model.skops").stat().st_size,
    )
