"""A file read as cells of text: its names and rows, before anybody decides what they mean."""

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.domain import Finding, Kind

if TYPE_CHECKING:
    import pandas

    from core.data.inference import Inferred


@dataclass(frozen=True, kw_only=True)
class Lines:
    """How many lines of a file became what; the other numbers add up to the total.

    rows: lines that rows of the table take; a row whose cells hold line ends takes several.
    above, below: notes around the table, kept aside. rejected: lines that could not be read, kept aside.
    """

    total: int
    header: int
    rows: int
    above: int = 0
    below: int = 0
    blank: int = 0
    rejected: int = 0


@dataclass(frozen=True, kw_only=True)
class TextTable:
    """Every cell of a file as text, in a Parquet file with columns `c0`, `c1`, …

    names: of the columns, tidied and distinct. path: the Parquet file of the cells.
    options: how the file was read, enough to read it the same way again.
    declared: kinds that the file itself states (Parquet), by name.
    typed: by position, the columns whose cells were turned into values as they were read. holds_values:
    these are all columns, and the Parquet file calls them by their names.
    rejects: CSV file of the lines kept aside, with number and reason, or None. n_rejected: how many of
    them should have been rows. lines: what became of every line, where the file has lines.
    choices: what else an option could be, such as the sheets of a workbook. is_whole: False where only
    the beginning of the file was read.
    """

    names: tuple[str, ...]
    path: Path
    n_rows: int
    options: Mapping[str, Any] = field(default_factory=dict)
    declared: Mapping[str, Kind] = field(default_factory=dict)
    typed: Mapping[int, "Inferred"] = field(default_factory=dict)
    holds_values: bool = False
    findings: tuple[Finding, ...] = ()
    rejects: Path | None = None
    n_rejected: int = 0
    lines: Lines | None = None
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    is_whole: bool = True
    _holder: object = field(default=None, repr=False, compare=False)

    def batches(self, size: int = 100_000) -> Iterator["pandas.DataFrame"]:
        """Rows in file order as frames of text, at most `size` rows each; None where a cell is empty.

        A table without rows gives one empty frame, so that its names are always seen.
        """
        import pyarrow.parquet

        with pyarrow.parquet.ParquetFile(self.path) as file:
            columns = [f"c{i}" for i in range(len(self.names))]
            empty = True
            for batch in file.iter_batches(batch_size=size, columns=columns):
                empty = False
                yield batch.to_pandas().set_axis(list(self.names), axis=1)
            if empty:
                yield file.schema_arrow.empty_table().select(columns).to_pandas().set_axis(self.names, axis=1)

    def frame(self) -> "pandas.DataFrame":
        """All rows at once."""
        import pandas

        return pandas.concat(self.batches(), ignore_index=True)


def read_text(path: Path, options: Mapping[str, Any] | None = None) -> TextTable:
    """Read any known file as text; the cells live in a temporary folder as long as the table does.

    Raises UnreadableFile or TooLarge with a sentence.
    """
    from core.data.sources import recognise
    from core.data.sources._media_archive import Out
    from core.data.sources._pixels import OPTION, read_pixels

    folder, source = tempfile.TemporaryDirectory(prefix="fathom-"), recognise(path)
    if options and OPTION in options:
        table = read_pixels(
            source, path, Out(folder=Path(folder.name), file=path.name, as_text=True), options
        )
    else:
        table = source.read(path, Path(folder.name), dict(options or {}))
    return replace(table, _holder=folder)
