"""Images on their way into a table: checked side by side, written in order, with what was set aside. Reads no archive."""

import base64
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import pyarrow as pa
import pyarrow.parquet

from core.data.inference import Inferred
from core.data.pictures import NotAPicture, Picture
from core.data.sources._kept_aside import KeptAside, write_kept_aside
from core.domain import Finding
from core.errors import UnreadableFile

IMAGE = "image"
THREADS = 2  # Pillow decodes without holding Python's lock
AHEAD = 64  # images being decoded or waiting to be written
GROUP_ROWS, GROUP_BYTES = 512, 16 << 20  # of a piece that readers hold whole
CHANGES = ("smaller", "first_frame", "converted")


@dataclass(frozen=True, kw_only=True)
class ImageRow:
    """cells: the row's other cells. make: its image; NotAPicture where it is none. number: its place in the file, from 1."""

    number: int
    name: str
    cells: Sequence[str | None]
    make: Callable[[], Picture]


@dataclass
class Tally:
    """What was met on the way."""

    n_rows: int = 0
    n_grey: int = 0
    n_bytes: int = 0
    widths: list[int] = field(default_factory=list)
    heights: list[int] = field(default_factory=list)
    changes: Counter = field(default_factory=Counter)
    aside: list[KeptAside] = field(default_factory=list)

    def see(self, picture: Picture) -> None:
        self.n_rows += 1
        self.n_grey += picture.is_grey
        self.n_bytes += len(picture.content)
        self.widths.append(picture.width)
        self.heights.append(picture.height)
        self.changes.update(picture.changes)

    def set_aside(self, row: ImageRow, reason: str) -> None:
        self.aside.append(KeptAside(line=row.number, where="rejected", reason=reason, text=row.name))

    def inferred(self) -> Inferred:
        """What is known of the column of images."""
        pictures = {
            "widths": _spread(self.widths), "heights": _spread(self.heights), "n_grey": self.n_grey,
            "mean_bytes": self.n_bytes / self.n_rows,
        }  # fmt: skip
        return Inferred(kind="image", statistics={"pictures": pictures})

    def findings(self) -> tuple[Finding, ...]:
        found = [
            Finding(
                code=f"images_{change}",
                severity="info",
                subject=IMAGE,
                parameters={"n": self.changes[change]},
            )
            for change in CHANGES
            if self.changes[change]
        ]
        if self.aside:
            first = min(self.aside, key=lambda one: one.line)
            told = {"n": len(self.aside), "name": first.text[:80], "reason": first.reason}
            found.insert(
                0, Finding(code="images_set_aside", severity="warning", subject=IMAGE, parameters=told)
            )
        return tuple(found)

    def rejects(self, folder: Path) -> Path | None:
        if not self.aside:
            return None
        write_kept_aside(self.aside, folder / "rejects.csv")
        return folder / "rejects.csv"


def write_rows(
    rows: Iterable[ImageRow], names: Sequence[str], out: Path, *, as_text: bool, file: str
) -> Tally:
    """Write the rows whose images are sound: the cells under these names, then the image.

    as_text: the image's bytes in base64, as a cell of text. Raises UnreadableFile when no image is sound.
    """
    tally = Tally()
    kind = pa.string() if as_text else pa.binary()
    schema = pa.schema([*((name, pa.string()) for name in names[:-1]), (names[-1], kind)])
    settings: dict[str, Any] = {"use_dictionary": list(names[:-1]), "compression": "snappy"}
    with pyarrow.parquet.ParquetWriter(out, schema, **settings) as writer:
        for group in _groups(_checked(rows, tally)):
            cells = list(zip(*(row.cells for row, _ in group))) if len(names) > 1 else []
            contents = [_cell(picture, as_text) for _, picture in group]
            arrays = [pa.array(values, pa.string()) for values in cells]
            writer.write_table(pa.Table.from_arrays([*arrays, pa.array(contents, kind)], schema=schema))
    if not tally.n_rows:
        first = tally.aside[0] if tally.aside else None
        raise UnreadableFile(
            "no_sound_image", file=file, n=len(tally.aside), name=first.text[:80] if first else "",
            reason=first.reason if first else "",
        )  # fmt: skip
    return tally


def _checked(rows: Iterable[ImageRow], tally: Tally) -> Iterator[tuple[ImageRow, Picture]]:
    """The sound ones in order, decoded some ahead."""
    coming: deque[tuple[ImageRow, Future[Picture]]] = deque()

    def settled() -> Iterator[tuple[ImageRow, Picture]]:
        row, future = coming.popleft()
        try:
            picture = future.result()
        except NotAPicture as reason:
            tally.set_aside(row, str(reason))
        else:
            tally.see(picture)
            yield row, picture

    with ThreadPoolExecutor(THREADS, "decodes images") as pool:
        for row in rows:
            coming.append((row, pool.submit(row.make)))
            if len(coming) >= AHEAD:
                yield from settled()
        while coming:
            yield from settled()


def _groups(rows: Iterable[tuple[ImageRow, Picture]]) -> Iterator[list[tuple[ImageRow, Picture]]]:
    group, size = [], 0
    for row, picture in rows:
        group.append((row, picture))
        size += len(picture.content)
        if len(group) == GROUP_ROWS or size >= GROUP_BYTES:
            yield group
            group, size = [], 0
    if group:
        yield group


def _cell(picture: Picture, as_text: bool) -> bytes | str:
    return base64.b64encode(picture.content).decode("ascii") if as_text else picture.content


def _spread(values: Sequence[int]) -> list[int]:
    return [min(values), round(median(values)), max(values)]
