"""Images or sounds on their way into a table: checked side by side, written in order, with what was set aside.

Reads no archive.
"""

import base64
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet

from core.data.inference import Inferred
from core.data.media import Medium, Ordinary, Unusable
from core.data.sources._kept_aside import KeptAside, write_kept_aside
from core.domain import Finding
from core.errors import UnreadableFile

THREADS = 2  # decoders do not hold Python's lock
AHEAD, AHEAD_BYTES = 16, 64 << 20  # files being decoded or waiting to be written, and what they hold together
GROUP_ROWS, GROUP_BYTES = 512, 16 << 20  # of a piece that readers hold whole


@dataclass(frozen=True, kw_only=True)
class MediaRow:
    """cells: the row's other cells. make: its file; Unusable where it is none. number: its place in the file, from 1."""

    number: int
    name: str
    cells: Sequence[str | None]
    make: Callable[[], Ordinary]


@dataclass
class Tally:
    """What was met on the way."""

    medium: Medium
    n_rows: int = 0
    n_bytes: int = 0
    facts: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    changes: Counter = field(default_factory=Counter)
    aside: list[KeptAside] = field(default_factory=list)

    def see(self, made: Ordinary) -> None:
        self.n_rows += 1
        self.n_bytes += len(made.content)
        for name, fact in made.facts.items():
            self.facts[name].append(fact)
        self.changes.update(made.changes)

    def set_aside(self, row: MediaRow, reason: str) -> None:
        self.aside.append(KeptAside(line=row.number, where="rejected", reason=reason, text=row.name))

    def inferred(self) -> Inferred:
        """What is known of the column of files."""
        known = {**self.medium.summed(self.facts), "mean_bytes": self.n_bytes / self.n_rows}
        return Inferred(kind=self.medium.key, statistics={f"{self.medium.word}s": known})

    def findings(self) -> tuple[Finding, ...]:
        kind = self.medium.key
        found = [
            Finding(code=code, severity="info", subject=kind, parameters={"n": self.changes[change]})
            for change, code in self.medium.changes.items()
            if self.changes[change]
        ]
        if self.aside:
            first = min(self.aside, key=lambda one: one.line)
            told = {"n": len(self.aside), "name": first.text[:80], "reason": first.reason}
            found.insert(
                0, Finding(code=f"{kind}s_set_aside", severity="warning", subject=kind, parameters=told)
            )
        return tuple(found)

    def rejects(self, folder: Path) -> Path | None:
        if not self.aside:
            return None
        write_kept_aside(self.aside, folder / "rejects.csv")
        return folder / "rejects.csv"


def write_rows(
    rows: Iterable[MediaRow], names: Sequence[str], out: Path, medium: Medium, *, as_text: bool, file: str
) -> Tally:
    """Write the rows whose files can be used: the cells under these names, then the file.

    as_text: its bytes in base64, as a cell of text. Raises UnreadableFile when not one can be used.
    """
    tally = Tally(medium)
    kind = pa.string() if as_text else pa.binary()
    schema = pa.schema([*((name, pa.string()) for name in names[:-1]), (names[-1], kind)])
    settings: dict[str, Any] = {"use_dictionary": list(names[:-1]), "compression": "snappy"}
    with pyarrow.parquet.ParquetWriter(out, schema, **settings) as writer:
        for group in _groups(_checked(rows, tally)):
            cells = list(zip(*(row.cells for row, _ in group))) if len(names) > 1 else []
            contents = [_cell(made, as_text) for _, made in group]
            arrays = [pa.array(values, pa.string()) for values in cells]
            writer.write_table(pa.Table.from_arrays([*arrays, pa.array(contents, kind)], schema=schema))
    if not tally.n_rows:
        first = tally.aside[0] if tally.aside else None
        raise UnreadableFile(
            f"no_usable_{medium.key}", file=file, n=len(tally.aside), name=first.text[:80] if first else "",
            reason=first.reason if first else "",
        )  # fmt: skip
    return tally


def _checked(rows: Iterable[MediaRow], tally: Tally) -> Iterator[tuple[MediaRow, Ordinary]]:
    """The sound ones in order, decoded some ahead."""
    coming: deque[tuple[MediaRow, Future[Ordinary]]] = deque()

    largest = tally.medium.most_bytes

    def settled() -> Iterator[tuple[MediaRow, Ordinary]]:
        nonlocal largest
        row, future = coming.popleft()
        try:
            made = future.result()
        except Unusable as reason:
            tally.set_aside(row, str(reason))
        else:
            tally.see(made)
            largest = max(largest, len(made.content)) if tally.n_rows > 1 else len(made.content)
            yield row, made

    def held() -> int:
        """Bytes, where one that is still being made counts as much as the largest so far."""
        return sum(
            (0 if f.exception() else len(f.result().content)) if f.done() else largest for _, f in coming
        )

    with ThreadPoolExecutor(THREADS, "decodes files") as pool:
        for row in rows:
            while coming and (len(coming) >= AHEAD or held() >= AHEAD_BYTES):
                yield from settled()
            coming.append((row, pool.submit(row.make)))
        while coming:
            yield from settled()


def _groups(rows: Iterable[tuple[MediaRow, Ordinary]]) -> Iterator[list[tuple[MediaRow, Ordinary]]]:
    group, size = [], 0
    for row, made in rows:
        group.append((row, made))
        size += len(made.content)
        if len(group) == GROUP_ROWS or size >= GROUP_BYTES:
            yield group
            group, size = [], 0
    if group:
        yield group


def _cell(made: Ordinary, as_text: bool) -> bytes | str:
    return base64.b64encode(made.content).decode("ascii") if as_text else made.content
