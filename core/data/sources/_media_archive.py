"""An archive of files of one medium: folders by class, or files beside a table that names them. Knows no decoder.

A path in the archive names a class and a row, and never a place on the disk.
"""

import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from core.data.inference import Inferred
from core.data.media import Medium, Ordinary, Unusable
from core.data.sources import recognise
from core.data.sources._kept_aside import KeptAside, read_kept_aside
from core.data.sources._media_paths import folders_of, matched
from core.data.sources._media_rows import MediaRow, Tally, write_rows
from core.data.sources._unpack import DAMAGE, unpack_member
from core.data.sources.compressed import members, shown
from core.data.text_table import TextTable
from core.errors import FathomError, TooLarge, UnreadableFile
from core.sentences import say

TABLES = (".csv", ".tsv", ".txt", ".xlsx", ".json", ".parquet")
MOST_FILES = 2_000_000
LEAST_SHARE = 0.5  # of a table's rows that name a file, for it to be the table of the files


@dataclass(frozen=True, kw_only=True)
class Out:
    """Where a table goes. as_text: files in base64, as cells of text. file: what sentences call the archive."""

    folder: Path
    file: str
    as_text: bool


def is_archive_of(medium: Medium, archive: zipfile.ZipFile | None) -> bool:
    """Whether most files of a zip archive are called like those of the medium."""
    if archive is None:
        return False
    entries = members(archive, climbing=True)
    if any(entry.filename == "[Content_Types].xml" for entry in entries):
        return False  # a document with images in it
    return sum(is_of(medium, entry) for entry in entries) > len(entries) / 2


def is_of(medium: Medium, entry: zipfile.ZipInfo) -> bool:
    return PurePosixPath(entry.filename).suffix.lower() in medium.suffixes


def entries_of(archive: zipfile.ZipFile, medium: Medium, file: str) -> list[zipfile.ZipInfo]:
    """The files of the archive. Raises UnreadableFile for a locked one, TooLarge."""
    entries = members(archive, climbing=True)
    if any(entry.flag_bits & 1 for entry in entries):
        raise UnreadableFile("archive_encrypted", file=file)
    if len(entries) > MOST_FILES:
        raise TooLarge(f"{medium.key}s_many", file=file, n=len(entries), most=MOST_FILES)
    return entries


def read_files(
    archive: zipfile.ZipFile, entries: Sequence[zipfile.ZipInfo], medium: Medium, out: Out
) -> TextTable:
    """A row a file, by the table beside the files if there is one, else by their folders."""
    with _table_beside(archive, entries, medium, out) as found:
        if found is not None:
            return _beside_table(archive, entries, medium, *found, out)
    return _of_folders(archive, entries, medium, out)


def write_table(rows: Iterator[MediaRow], names: tuple[str, ...], medium: Medium, out: Out) -> TextTable:
    """The rows' cells under these names, and their files in a column called like the medium."""
    names = (*names, medium.key)
    path = out.folder / "files.parquet"
    held = tuple(f"c{i}" for i in range(len(names))) if out.as_text else names
    tally = write_rows(rows, held, path, medium, as_text=out.as_text, file=out.file)
    return TextTable(
        names=names, path=path, n_rows=tally.n_rows, options={"layout": "folders" if "class" in names else "files"},
        declared={medium.key: medium.key}, typed={} if out.as_text else _typed(names, tally), holds_values=not out.as_text,
        findings=tally.findings(), rejects=tally.rejects(out.folder), n_rejected=len(tally.aside),
    )  # fmt: skip


def _typed(names: Sequence[str], tally: Tally) -> dict[int, Inferred]:
    words = {i: Inferred(kind="category") for i in range(len(names) - 1)}
    return {**words, len(names) - 1: tally.inferred()}


def _of_folders(
    archive: zipfile.ZipFile, entries: Sequence[zipfile.ZipInfo], medium: Medium, out: Out
) -> TextTable:
    own = [entry for entry in entries if is_of(medium, entry)]
    parts, classes = folders_of([entry.filename for entry in own])
    stated = {"part": parts, "class": classes}
    names = [name for name, values in stated.items() if values is not None]
    said = {id(e): [stated[name][i] for name in names] for i, e in enumerate(own)}

    def rows() -> Iterator[MediaRow]:
        for number, entry in enumerate(entries, start=1):
            cells = (shown(entry), *said.get(id(entry), [None] * len(names)))
            make = partial(_made, archive, entry, medium)
            yield MediaRow(number=number, name=shown(entry), cells=cells, make=make)

    return write_table(rows(), ("file", *names), medium, out)


def _beside_table(
    archive: zipfile.ZipFile, entries: Sequence[zipfile.ZipInfo], medium: Medium, table: TextTable,
    places: list[int | None], out: Out,
) -> TextTable:  # fmt: skip
    """The table's own columns, each row with the file it names."""
    own = [entry for entry in entries if is_of(medium, entry)]

    def rows() -> Iterator[MediaRow]:
        number = 0
        for frame in table.batches():
            for cells in frame.itertuples(index=False, name=None):
                place = places[number]
                number += 1
                make = (
                    partial(_names_none, medium)
                    if place is None
                    else partial(_made, archive, own[place], medium)
                )
                yield MediaRow(number=number, name=str(cells)[:200], cells=cells, make=make)

    return write_beside(rows(), table, table.names, medium, out)


def write_beside(
    rows: Iterator[MediaRow], table: TextTable, others: Sequence[str], medium: Medium, out: Out
) -> TextTable:
    """These columns of a table, and its rows' files in a column of their own."""
    name = medium.key
    while name.lower() in {n.lower() for n in others}:
        name += "_"
    path = out.folder / "files.parquet"
    held = tuple(f"c{i}" for i in range(len(others) + 1))
    tally = write_rows(rows, held, path, medium, as_text=out.as_text, file=out.file)
    told = tally.findings()
    if table.rejects is not None:  # lines that are no rows of the table
        for one in read_kept_aside(table.rejects, MOST_FILES):
            line = KeptAside(line=int(one["line"]), where="rejected", reason=one["reason"], text=one["text"])
            tally.aside.append(line)
    place = len(others)
    return TextTable(
        names=(*others, name), path=path, n_rows=tally.n_rows,
        options={"layout": "beside a table", "header": table.options.get("header", True)},
        typed={} if out.as_text else {place: tally.inferred()}, declared={name: medium.key},
        findings=(*table.findings, *told), rejects=tally.rejects(out.folder), n_rejected=len(tally.aside),
    )  # fmt: skip


@contextmanager
def _table_beside(
    archive: zipfile.ZipFile, entries: Sequence[zipfile.ZipInfo], medium: Medium, out: Out
) -> Iterator[tuple[TextTable, list[int | None]] | None]:
    """The table whose rows name the archive's files, and which of them each row names; None without one."""
    with TemporaryDirectory(dir=out.folder, prefix="beside-") as own:
        yield _first_naming(archive, entries, medium, Path(own), out.file)


def _first_naming(
    archive: zipfile.ZipFile, entries: Sequence[zipfile.ZipInfo], medium: Medium, folder: Path, file: str
) -> tuple[TextTable, list[int | None]] | None:
    names = [entry.filename for entry in entries if is_of(medium, entry)]
    for number, entry in enumerate(e for e in entries if PurePosixPath(e.filename).suffix.lower() in TABLES):
        own = folder / f"table-{number}"
        own.mkdir()
        try:
            unpack_member(archive, entry, own / "content", file)
            table = recognise(own / "content").read(own / "content", own, {})
        except FathomError:
            continue  # it is no table: it will be set aside as what it is
        frame = table.frame()
        best = max(
            (matched(frame[name].tolist(), names) for name in table.names),
            key=lambda places: sum(place is not None for place in places),
        )
        if sum(place is not None for place in best) > LEAST_SHARE * len(best):
            return table, best
    return None


def _made(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, medium: Medium) -> Ordinary:
    if not is_of(medium, entry):
        raise Unusable(say(f"{medium.word}.unknown"))
    try:
        with archive.open(entry) as member:
            content = member.read(medium.most_bytes + 1)
    except DAMAGE:
        raise Unusable(say(f"{medium.word}.damaged")) from None
    return medium.ordinary(content)


def _names_none(medium: Medium) -> Ordinary:
    raise Unusable(say(f"{medium.word}.absent"))
