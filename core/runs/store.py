"""Runs: one folder each, which owns the content, and an index to list them by. Trains nothing.

A run's state is its job's, under the same id: the queue owns it. The index can be rebuilt
from the folders.
"""

import json
import re
import shutil
import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from core.codec import dumps, from_plain, to_plain
from core.domain import Model, Run, RunSpec, RunState, Score
from core.errors import BadInput, NotYours
from core.home import Home, new_id, write_whole
from core.jobs.database import Database
from core.jobs.job import ALIVE
from core.jobs.queue import SCHEMA as JOBS_SCHEMA
from core.runs import manifest
from core.runs.looks import LOOKS_SCHEMA, LookBook
from core.runs.manifest import ABOUT
from core.runs.records import as_model, read_records
from core.sentences import say

VERSION = 1  # of the folder's layout
RUN_ID = re.compile(r"[0-9a-f]{20}")
SPEC, SCORES = "spec.json", "scores.json"
DELETED = ".deleted-"

RUNS_SCHEMA = (
    """CREATE TABLE IF NOT EXISTS runs (
        id TEXT PRIMARY KEY, owner TEXT NOT NULL, name TEXT NOT NULL, dataset TEXT NOT NULL,
        target TEXT NOT NULL, models TEXT NOT NULL, spec TEXT NOT NULL, created_at REAL NOT NULL,
        summary TEXT NOT NULL DEFAULT '{}', searched TEXT NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS runs_of_owner ON runs (owner, created_at DESC)",
)
# a run without a job has nobody who would go on with it
_STATE = "COALESCE(jobs.state, 'interrupted')"
_FROM = "FROM runs LEFT JOIN jobs ON jobs.id = runs.id"
_SELECT = (
    f"SELECT runs.*, {_STATE} AS state, COALESCE(jobs.attempt, 1) AS attempt, jobs.started_at,"
    f" jobs.ended_at, jobs.error {_FROM}"
)


@dataclass(frozen=True, kw_only=True)
class Rebuilt:
    """What rebuilding the index found. unreadable: folders left alone, by name."""

    n_runs: int
    unreadable: tuple[str, ...]


class RunStore:
    """Every method may be called from any thread of any process; none trusts an id."""

    def __init__(self, home: Home):
        self._root = home.runs
        self._db = Database(home.database, (*JOBS_SCHEMA, *RUNS_SCHEMA, *LOOKS_SCHEMA))
        self.looks = LookBook(self._db)

    def create(
        self,
        spec: RunSpec,
        owner: str,
        name: str,
        *,
        put_job: Callable[[sqlite3.Connection, str], None] | None = None,
    ) -> Run:
        """A new run's folder and its place in the index. A job of the run's id starts it.

        put_job: puts that job, given the run's id, in the transaction that lists the run: whatever
        happens in between, no run is listed that nobody can go on with.
        """
        run_id, now = new_id(), time.time()
        folder = self._root / run_id
        folder.mkdir(parents=True)
        write_whole(folder / SPEC, dumps({"version": VERSION, "spec": spec}, indent=1))
        self._write_about(run_id, owner, name, now, {})
        with self._db.writing() as db:
            _index(db, run_id, owner, name, spec, now, {})
            if put_job is not None:
                put_job(db, run_id)
        return self.get(run_id, owner)

    def get(self, run_id: str, owner: str | None = None) -> Run:
        """Raises NotYours when there is none of that id, or it is not `owner`'s (None: anybody's)."""
        row = self._db.row(f"{_SELECT} WHERE runs.id = ?", (run_id,)) if _is_id(run_id) else None
        if row is None or (owner is not None and row["owner"] != owner):
            raise NotYours("run_not_yours", run=run_id)
        return _run(row)

    def list(
        self,
        owner: str,
        dataset: str | None = None,
        text: str | None = None,
        states: Sequence[RunState] | None = None,
        limit: int = 100,
        offset: int = 0,
    ) -> list[Run]:
        """The owner's runs, newest first, from one query and no folder.

        text: part of the run's name, target or a model's key, in any case.
        """
        where, parameters = _where(owner, dataset, text, states)
        sql = f"{_SELECT} WHERE {where} ORDER BY runs.created_at DESC, runs.rowid DESC LIMIT ? OFFSET ?"
        return [_run(row) for row in self._db.rows(sql, (*parameters, limit, offset))]

    def count(
        self,
        owner: str,
        dataset: str | None = None,
        text: str | None = None,
        states: Sequence[RunState] | None = None,
    ) -> int:
        """How many runs `list` would give without a limit."""
        where, parameters = _where(owner, dataset, text, states)
        return self._db.rows(f"SELECT COUNT(*) {_FROM} WHERE {where}", parameters)[0][0]

    def rename(self, run_id: str, owner: str, name: str) -> Run:
        return self._change(self.get(run_id, owner), name=name)

    def set_summary(self, run_id: str, summary: Mapping[str, Any]) -> Run:
        """What lists show of a run, such as its metric and best value."""
        return self._change(self.get(run_id), summary=to_plain(summary))

    def delete(self, run_id: str, owner: str) -> None:
        """Delete a run for good, with its job. Raises BadInput while a worker is at it."""
        with self._db.writing() as db:
            run = self.get(run_id, owner)
            if run.state in ALIVE:
                raise BadInput("run_alive", name=run.name, state=say(f"state.{run.state}"))
            # renamed first: if we are killed in between, no half-deleted folder looks like a run
            doomed = self._root / f"{DELETED}{run.id}"
            if (self._root / run.id).exists():
                (self._root / run.id).rename(doomed)
            db.execute("DELETE FROM jobs WHERE id = ?", (run.id,))
            db.execute("DELETE FROM runs WHERE id = ?", (run.id,))
        if doomed.exists():
            shutil.rmtree(doomed)

    def folder(self, run_id: str) -> Path:
        """The run's folder. Raises NotYours for what is no run id: nothing else becomes a path."""
        if not _is_id(run_id):
            raise NotYours("run_not_yours", run=run_id)
        return self._root / run_id

    def models(self, run: Run) -> tuple[Model, ...]:
        """The run's models as they stand, by number."""
        return tuple(as_model(run.id, record) for record in read_records(self.folder(run.id), run.spec))

    def scores(self, run: Run) -> tuple[Score, ...]:
        """The run's scores; none before they were saved."""
        saved = self._read(run.id, SCORES)
        return from_plain(tuple[Score, ...], saved["scores"]) if saved else ()

    def save_scores(self, run_id: str, scores: Sequence[Score]) -> None:
        write_whole(self.folder(run_id) / SCORES, dumps({"version": VERSION, "scores": scores}, indent=1))

    def write_manifest(self, run_id: str) -> None:
        """Declare the run whole. Nothing but its name and summary may change afterwards."""
        manifest.write(self.folder(run_id))

    def is_whole(self, run_id: str) -> bool:
        return manifest.is_whole(self.folder(run_id))

    def verify(self, run_id: str) -> tuple[str, ...]:
        """The files that differ from the manifest; empty if the run is intact."""
        return manifest.verify(self.folder(run_id))

    def rebuild_index(self) -> Rebuilt:
        """Make the index anew from the folders, and jobs for runs that have none.

        A whole run's job has succeeded; another's was interrupted and can be resumed. Also
        removes what an interrupted deletion left.
        """
        n_runs, unreadable = 0, []
        for folder in sorted(self._root.iterdir()):
            if folder.name.startswith(DELETED):
                shutil.rmtree(folder)
            elif _is_id(folder.name):
                try:
                    self._index_folder(folder)
                    n_runs += 1
                except BadInput:
                    unreadable.append(folder.name)
        return Rebuilt(n_runs=n_runs, unreadable=tuple(unreadable))

    def _index_folder(self, folder: Path) -> None:
        about, saved = self._read(folder.name, ABOUT), self._read(folder.name, SPEC)
        try:
            spec = from_plain(RunSpec, saved["spec"])
            owner, name, created_at = about["owner"], about["name"], about["created_at"]
        except (TypeError, KeyError):
            raise BadInput("run_damaged", run=folder.name, file=SPEC if about else ABOUT) from None
        state = "succeeded" if manifest.is_whole(folder) else "interrupted"
        with self._db.writing() as db:
            _index(db, folder.name, owner, name, spec, created_at, about["summary"])
            db.execute(
                "INSERT OR IGNORE INTO jobs (id, kind, lane, owner, payload, state, max_attempts, created_at,"
                " started_at, ended_at) VALUES (?, 'train', 'training', ?, '{}', ?, 3, ?, ?, ?)",
                (folder.name, owner, state, created_at, created_at, created_at),
            )

    def _change(self, run: Run, **changes: Any) -> Run:
        """Name or summary: in the index, and in the folder for when the index is lost."""
        with self._db.writing() as db:
            run = self.get(run.id)
            name, summary = changes.get("name", run.name), changes.get("summary", run.summary)
            self._write_about(run.id, run.owner, name, run.created_at, summary)
            _index(db, run.id, run.owner, name, run.spec, run.created_at, summary)
        return self.get(run.id)

    def _write_about(
        self, run_id: str, owner: str, name: str, created_at: float, summary: Mapping[str, Any]
    ) -> None:
        about = {
            "version": VERSION,
            "owner": owner,
            "name": name,
            "created_at": created_at,
            "summary": summary,
        }
        write_whole(self._root / run_id / ABOUT, dumps(about, indent=1))

    def _read(self, run_id: str, file: str) -> Any:
        """A JSON file of the run, or None. Raises BadInput when it is damaged."""
        try:
            return json.loads((self.folder(run_id) / file).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except ValueError:
            raise BadInput("run_damaged", run=run_id, file=file) from None


def _is_id(run_id: object) -> bool:
    return isinstance(run_id, str) and RUN_ID.fullmatch(run_id) is not None


def _index(
    db: sqlite3.Connection,
    run_id: str,
    owner: str,
    name: str,
    spec: RunSpec,
    created_at: float,
    summary: Mapping[str, Any],
) -> None:
    keys = [model.key for model in spec.models]
    searched = "\n".join([name, spec.task.target, *keys]).casefold()
    db.execute(
        "INSERT INTO runs (id, owner, name, dataset, target, models, spec, created_at, summary, searched)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
        " name = excluded.name, summary = excluded.summary, searched = excluded.searched",
        (run_id, owner, name, spec.dataset, spec.task.target, dumps(keys), dumps(spec), created_at)
        + (dumps(summary), searched),
    )


def _where(
    owner: str, dataset: str | None, text: str | None, states: Sequence[RunState] | None
) -> tuple[str, list[Any]]:
    where, parameters = "runs.owner = ?", [owner]
    if dataset is not None:
        where, parameters = f"{where} AND runs.dataset = ?", [*parameters, dataset]
    if text:
        # instr, not LIKE: a % or _ somebody types is to be found, not obeyed
        where, parameters = f"{where} AND instr(runs.searched, ?) > 0", [*parameters, text.casefold()]
    if states is not None:
        where += f" AND {_STATE} IN ({', '.join('?' * len(states))})"
        parameters += states
    return where, parameters


@lru_cache(maxsize=4096)
def _spec(text: str) -> RunSpec:
    """A spec never changes once stored; checking a thousand of them takes longer than finding them."""
    return from_plain(RunSpec, json.loads(text))


def _run(row: sqlite3.Row) -> Run:
    return Run(
        id=row["id"],
        owner=row["owner"],
        name=row["name"],
        spec=_spec(row["spec"]),
        state=row["state"],
        attempt=row["attempt"],
        created_at=row["created_at"],
        started_at=row["started_at"],
        ended_at=row["ended_at"],
        error=row["error"],
        summary=json.loads(row["summary"]),
    )
