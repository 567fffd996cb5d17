"""The datasets of every owner: list, open, read, correct, delete. Reads no uploaded file.

A dataset is one small JSON file of its own; the table lies in a blob that several datasets may
share. Who asks must be the owner: another's dataset is answered like one that does not exist.
"""

import hashlib
import json
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from core.codec import dumps, from_plain
from core.data import blobs
from core.data.engines import Session
from core.data.frames import exact_frame
from core.data.media import MEDIA, known_of
from core.data.original import blob_of_file
from core.data.recipe_history import history_path
from core.data.stored import open_stored, stored_columns
from core.domain import ROW, Column, Dataset, Finding, Kind
from core.errors import BadInput, NotYours
from core.home import Home, write_whole

if TYPE_CHECKING:
    import numpy
    import pandas

_ID = re.compile(r"[0-9a-f]{8,64}")
BATCH_ROWS = 65_536
BATCH_BYTES = 64 << 20  # of images or sounds in a batch
DECODED_BYTES = 16 << 10  # of one as a network sees it, at most
MAX_NAME = 200
RESULT = "recipe.mark"  # lies in a blob that a recipe made


class Catalog:
    """Datasets under one home. Holds nothing in memory that another process could make stale."""

    def __init__(self, home: Home):
        self.home = home

    def add(self, dataset: Dataset) -> None:
        self._write(dataset)

    def get(self, dataset_id: str, owner: str) -> Dataset:
        """Raises NotYours when there is no such dataset or it is somebody else's."""
        path = self._path(dataset_id)
        try:
            stat = path.stat()
            dataset = _load(path, stat.st_mtime_ns, stat.st_size)
        except FileNotFoundError:
            dataset = None
        if dataset is None or dataset.owner != owner:
            raise NotYours("dataset_not_found", id=str(dataset_id)[:40])
        return self._placed(dataset)

    def list(self, owner: str) -> list[Dataset]:
        """The owner's datasets, the newest first."""
        found = [self._placed(dataset) for dataset in self._all() if dataset.owner == owner]
        return sorted(found, key=lambda dataset: (-dataset.created_at, dataset.id))

    def rename(self, dataset_id: str, owner: str, name: str) -> Dataset:
        clean = " ".join(name.split())[:MAX_NAME]
        if not clean:
            raise BadInput("dataset_name_blank")
        return self.update(replace(self.get(dataset_id, owner), name=clean))

    def update(self, dataset: Dataset) -> Dataset:
        """Store changed columns, roles, name or target of a dataset that exists."""
        if dataset.target is not None:
            dataset.column(dataset.target)
        with blobs.held(self.home, alone=False):  # a dataset deleted meanwhile must not come back
            self.get(dataset.id, dataset.owner)
            self._write(dataset)
        return dataset

    def with_target(self, dataset: Dataset, target: str) -> Dataset:
        """The dataset, stored, with another column to ask about."""
        return self.update(replace(dataset, target=target))

    def with_kinds(self, dataset: Dataset, kinds: Mapping[str, Kind]) -> Dataset:
        """The dataset, stored, with columns read as other kinds and measured again.

        Raises BadInput naming the first value and row that does not fit.
        """
        from core.data.retyping import retyped

        return self.update(retyped(dataset, kinds))

    def asked_options(self, dataset: Dataset) -> Mapping[str, object]:
        """What somebody asked for when the file was read; the rest was found out."""
        path = blob_of_file(dataset) / "asked.json"
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}

    def kept_aside(self, dataset: Dataset, most: int) -> tuple[Mapping[str, str], ...]:
        """What of the file could not be read: line, reason and text of the first so many."""
        from core.data.sources._kept_aside import read_kept_aside

        path = Path(dataset.location) / "rejects.csv"
        return tuple(read_kept_aside(path, most)) if dataset.n_rejected and path.exists() else ()

    def delete(self, dataset_id: str, owner: str) -> None:
        """Forget a dataset; its blob goes when no other dataset refers to it."""
        with blobs.held(self.home, alone=True):
            dataset = self.get(dataset_id, owner)
            self._path(dataset_id).unlink()
            self._findings_path(dataset_id).unlink(missing_ok=True)
            history_path(self.home, dataset_id).unlink(missing_ok=True)
            still = {blob for other in self._all() for blob in _blobs(other)}
            for blob in _blobs(dataset) - still:
                blobs.put_away(self.home.blobs / blob)
        blobs.sweep(self.home)

    def put_away_results(self, older_than_s: float) -> None:
        """Put away the tables that recipes made and no dataset refers to any more. They can be made again."""
        with blobs.held(self.home, alone=True):
            needed = {blob for dataset in self._all() for blob in _blobs(dataset)}
            for mark in self.home.blobs.glob(f"*/{RESULT}"):
                if mark.parent.name not in needed and time.time() - mark.stat().st_mtime > older_than_s:
                    blobs.put_away(mark.parent)
        blobs.sweep(self.home)

    def findings(self, dataset: Dataset) -> tuple[Finding, ...]:
        """What is worth knowing about the dataset with its present columns and target."""
        from core.checks import run_checks

        found = self.known_findings(dataset)
        if found is None:
            found = run_checks(dataset, dataset.target, self)
            kept = {"of": _state(dataset), "findings": found}
            write_whole(self._findings_path(dataset.id), dumps(kept, indent=1))
        return found

    def known_findings(self, dataset: Dataset) -> tuple[Finding, ...] | None:
        """The same where the checks have run already, else None: they take seconds on a large table."""
        blob = Path(dataset.location)
        described = json.loads((blob / "blob.json").read_text(encoding="utf-8"))
        shared, own = blob / "findings.json", self._findings_path(dataset.id)
        untouched = (described["target"], stored_columns(dataset)) == (dataset.target, dataset.columns)
        if untouched and shared.exists():
            return _read_findings(shared)
        if own.exists():
            kept = json.loads(own.read_text(encoding="utf-8"))
            # they may have been found under another target, or before a kind was corrected
            if isinstance(kept, dict) and kept.get("of") == _state(dataset):
                return from_plain(tuple[Finding, ...], kept["findings"])
        return None

    def reading_findings(self, dataset: Dataset) -> tuple[Finding, ...]:
        """What was noticed while the file was read."""
        return _read_findings(Path(dataset.location) / "reading.json")

    @contextmanager
    def open(self, dataset: Dataset) -> Iterator[Session]:
        """A session with the table `data`: `_row` and every column in its present kind."""
        with open_stored(dataset) as session:
            yield session

    def sample(self, dataset: Dataset, n: int = 1000) -> "pandas.DataFrame":
        """The first n rows, without `_row`."""
        with self.open(dataset) as session:
            table = session.query(f"SELECT * FROM data WHERE {ROW} < {int(n)} ORDER BY {ROW}")
        return exact_frame(table.drop_columns([ROW]))

    def read(
        self,
        dataset: Dataset,
        columns: Sequence[str] | None = None,
        rows: "numpy.ndarray | None" = None,
    ) -> "pandas.DataFrame":
        """`_row` and the columns asked for (all by default), in the order of `_row`.

        rows: int64, shape (n,), sorted: only these rows. Types as `exact_frame` says. Raises UnknownName for an unknown column.
        """
        import numpy as np
        import pyarrow as pa

        from core.data.engines.duckdb import identifier

        names = [c.name for c in dataset.columns] if columns is None else list(dict.fromkeys(columns))
        wanted = ", ".join([ROW, *(identifier(dataset.column(name).name) for name in names)])
        with self.open(dataset) as session:
            # one file is scanned in its order, which is that of _row
            sql = f"SELECT {wanted} FROM data"
            if rows is None:
                return exact_frame(session.query(sql))
            empty = session.query(f"{sql} LIMIT 0")
            kept = []
            most = _rows_at_once([dataset.column(name) for name in names])
            for batch in session.batches(sql, min(BATCH_ROWS, most)):
                numbers = batch.column(0).to_numpy()
                places = np.searchsorted(rows, numbers)
                found = np.zeros(len(numbers), dtype=bool)
                inside = places < len(rows)
                found[inside] = rows[places[inside]] == numbers[inside]
                kept.append(batch.filter(pa.array(found)))
        return exact_frame(pa.Table.from_batches(kept, schema=empty.schema))

    def batches(
        self, dataset: Dataset, columns: Sequence[str], size: int = BATCH_ROWS
    ) -> "Iterator[pandas.DataFrame]":
        """What `read` gives, at most `size` rows at a time, and fewer where they hold files, so that the table
        need not fit in memory.

        A column's type may differ between batches where one has gaps and another has none.
        """
        import pyarrow as pa

        from core.data.engines.duckdb import identifier

        names = dict.fromkeys(columns)
        wanted = ", ".join([ROW, *(identifier(dataset.column(name).name) for name in names)])
        with self.open(dataset) as session:
            most = min(size, _rows_at_once([dataset.column(name) for name in names]))
            for batch in session.batches(f"SELECT {wanted} FROM data", most):
                yield exact_frame(pa.Table.from_batches([batch]))

    def _placed(self, dataset: Dataset) -> Dataset:
        """With its blob where this home has it: the folder may have been moved since it was stored."""
        return replace(dataset, location=str(self.home.blobs / dataset.blob))

    def _all(self) -> Iterator[Dataset]:
        for path in self.home.datasets.glob("*.json"):
            if _ID.fullmatch(path.stem):
                with suppress(FileNotFoundError):  # deleted since it was listed
                    stat = path.stat()
                    yield _load(path, stat.st_mtime_ns, stat.st_size)

    def _path(self, dataset_id: str) -> Path:
        if not isinstance(dataset_id, str) or _ID.fullmatch(dataset_id) is None:
            raise NotYours("dataset_not_found", id=str(dataset_id)[:40])
        return self.home.datasets / f"{dataset_id}.json"

    def _findings_path(self, dataset_id: str) -> Path:
        return self.home.datasets / f"{dataset_id}.findings.json"

    def _write(self, dataset: Dataset) -> None:
        self.home.datasets.mkdir(parents=True, exist_ok=True)
        write_whole(self._path(dataset.id), dumps(dataset))


def _rows_at_once(columns: Sequence[Column]) -> int:
    """Rows whose images or sounds take BATCH_BYTES, encoded or once they are decoded."""
    sizes = [known_of(c)["mean_bytes"] for c in columns if c.kind in MEDIA]
    return int(BATCH_BYTES / sum(max(size, DECODED_BYTES) for size in sizes)) if sizes else BATCH_ROWS


def _blobs(dataset: Dataset) -> set[str]:
    """The blobs a dataset needs: its own, and the one its recipe starts from."""
    return {dataset.blob} | ({dataset.base.blob} if dataset.base is not None else set())


@lru_cache(maxsize=2048)
def _load(path: Path, modified_ns: int, size: int) -> Dataset:
    return from_plain(Dataset, json.loads(path.read_text(encoding="utf-8")))


def _state(dataset: Dataset) -> str:
    """What findings depend on besides the blob, in short."""
    return hashlib.sha256(dumps([dataset.target, dataset.columns]).encode()).hexdigest()


def _read_findings(path: Path) -> tuple[Finding, ...]:
    return from_plain(tuple[Finding, ...], json.loads(path.read_text(encoding="utf-8")))
