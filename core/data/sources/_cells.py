"""Rows whose columns become known only as they come, written as cells of text. Knows no file format."""

import os
from collections.abc import Hashable, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from core.data.engines.duckdb import literal, parquet_options, sealed
from core.data.sources import MAX_CELL_BYTES, MAX_COLUMNS
from core.errors import TooLarge

BATCH_ROWS = 50_000
BATCH_CELLS = 2_000_000
BATCH_CHARACTERS = 64 << 20


class CellWriter:
    """Writes text.parquet (`_row`, `c0`, `c1`, …) into a folder, a batch at a time.

    keys: what each column goes by, in the order they were first seen. n_replaced: cells that held
    what is no character (halves of surrogate pairs), where a replacement was written.
    file: its name, for sentences. Raises TooLarge for too many columns and for too long a cell.
    """

    def __init__(self, folder: Path, file: str):
        self.keys: dict[Hashable, int] = {}
        self.n_rows = 0
        self.n_replaced = 0
        self._folder, self._file = folder, file
        self._parts: list[Path] = []
        self._writer: pq.ParquetWriter | None = None
        self._begin_batch()

    def _begin_batch(self) -> None:
        self._cells: list[list[tuple[int, str]]] = [[] for _ in self.keys]  # per column: (row, text)
        self._n_batch = self._n_characters = 0

    def expect(self, key: Hashable) -> None:
        """Have a column of that key, also when no row ever fills it."""
        if key not in self.keys:
            if len(self.keys) >= MAX_COLUMNS:
                raise TooLarge("too_many_fields", most=MAX_COLUMNS, file=self._file, row=self.n_rows + 1)
            self.keys[key] = len(self.keys)
            self._cells.append([])

    def add(self, row: Mapping[Hashable, str | None]) -> None:
        """One row by its columns' keys; a key that is not there is a cell without a value."""
        for key, text in row.items():
            if key not in self.keys:
                self.expect(key)
            if text is not None:
                self._cells[self.keys[key]].append((self._n_batch, text))
                self._n_characters += len(text)
                # an ASCII text has as many bytes as characters, others up to four
                if len(text) > MAX_CELL_BYTES // 4 and len(text.encode(errors="replace")) > MAX_CELL_BYTES:
                    raise TooLarge(
                        "cell_too_long", file=self._file, column=self.keys[key] + 1, row=self.n_rows + 1,
                        size=len(text), most=MAX_CELL_BYTES,
                    )  # fmt: skip
        self._n_batch += 1
        self.n_rows += 1
        full = self._n_batch >= BATCH_ROWS or self._n_batch * len(self.keys) >= BATCH_CELLS
        if full or self._n_characters >= BATCH_CHARACTERS:
            self._flush()

    def finish(self) -> Path:
        """All rows in one file; its path."""
        self._flush()
        self.close()
        out = self._folder / "text.parquet"
        if len(self._parts) == 1:
            os.replace(self._parts[0], out)
            return out
        # later parts have columns that earlier ones lack
        files = ", ".join(literal(str(part)) for part in self._parts)
        with sealed(
            self._folder / "temp", reads=self._parts, writes=self._folder, n_columns=len(self.keys)
        ) as connection:
            connection.execute(
                f"COPY (SELECT * FROM read_parquet([{files}], union_by_name = true)) "
                f"TO {literal(str(out))} ({parquet_options(len(self.keys))})"
            )
        for part in self._parts:
            part.unlink()
        return out

    def close(self) -> None:
        """Let go of the file being written, also when it was given up."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def _flush(self) -> None:
        if not self._n_batch and self._parts:
            return
        names = [f"c{i}" for i in range(len(self.keys))]
        schema = pa.schema([("_row", pa.int64()), *((name, pa.string()) for name in names)])
        if self._writer is None or self._writer.schema != schema:
            self.close()
            self._parts.append(self._folder / f"part{len(self._parts)}.parquet")
            self._writer = pq.ParquetWriter(self._parts[-1], schema, compression="zstd")
        start = self.n_rows - self._n_batch
        columns = [pa.array(range(start, self.n_rows), pa.int64())]
        columns += [self._array(filled) for filled in self._cells]
        self._writer.write_table(pa.Table.from_arrays(columns, schema=schema))
        self._begin_batch()

    def _array(self, filled: list[tuple[int, str]]) -> pa.Array:
        cells: list[str | None] = [None] * self._n_batch
        for row, text in filled:
            cells[row] = text
        try:
            return pa.array(cells, pa.string())
        except UnicodeEncodeError:
            whole = [None if c is None else c.encode(errors="replace").decode() for c in cells]
            self.n_replaced += sum(was != now for was, now in zip(cells, whole))
            return pa.array(whole, pa.string())
