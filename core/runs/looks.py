"""How often the same test rows have judged, remembered also when the runs are deleted. Knows no score.

The more often one chooses by the same rows, the more the best result owes to luck; deleting
the runs that did badly does not undo that.
"""

import hashlib
import time

from core.codec import dumps
from core.domain import Run, RunSpec
from core.jobs.database import Database

LOOKS_SCHEMA = (
    """CREATE TABLE IF NOT EXISTS looks (
        run TEXT PRIMARY KEY, owner TEXT NOT NULL, test_rows TEXT NOT NULL, n_models INTEGER NOT NULL,
        looked_at REAL NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS looks_at_rows ON looks (owner, test_rows)",
)


class LookBook:
    """The looks that runs have taken at test rows. Holds no name of a dataset, column or run."""

    def __init__(self, db: Database):
        """db: opened with LOOKS_SCHEMA."""
        self._db = db

    def note(self, run: Run, n_models: int) -> None:
        """The run has judged that many models by its test rows; said again, it counts once."""
        with self._db.writing() as db:
            db.execute(
                "INSERT INTO looks (run, owner, test_rows, n_models, looked_at) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (run) DO UPDATE SET n_models = excluded.n_models",
                (run.id, run.owner, judging_rows(run.spec), n_models, time.time()),
            )

    def at_rows_of(self, run: Run) -> dict[str, int]:
        """How many models each run of the owner has judged by the rows that judge this one, by its id."""
        found = self._db.rows(
            "SELECT run, n_models FROM looks WHERE owner = ? AND test_rows = ?",
            (run.owner, judging_rows(run.spec)),
        )
        return {row["run"]: row["n_models"] for row in found}


def judging_rows(spec: RunSpec) -> str:
    """A fingerprint of which rows judge, equal for specs whose models may be compared by their values.

    A split follows from its settings, the target (rows without one are left out) and its classes.
    """
    task = spec.task
    decides = [spec.dataset, spec.split, task.target, task.kind, task.classes]
    return hashlib.sha256(dumps(decides).encode("utf-8")).hexdigest()
