"""Images in an archive: folders by class, beside a table of paths, or arrays (npz, IDX). What is no image is set aside.

A path in the archive names a class and a row, and never a place on the disk.
"""

import gzip
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from core.data.inference import Inferred
from core.data.pictures import MOST_BYTES, SUFFIXES, NotAPicture, Picture, from_pixels, ordinary
from core.data.sources import Source, recognise
from core.data.sources._arrays import (
    MOST_ARRAY_BYTES,
    ImageArray,
    is_idx,
    paired,
    read_idx,
    read_npy,
)  # fmt: skip
from core.data.sources._image_paths import folders_of, matched
from core.data.sources._image_rows import IMAGE, ImageRow, Tally, write_rows
from core.data.sources._kept_aside import KeptAside, read_kept_aside
from core.data.sources._unpack import DAMAGE, unpack_member
from core.data.sources.compressed import ZIP, members, shown
from core.data.text_table import TextTable
from core.errors import FathomError, TooLarge, UnreadableFile
from core.sentences import say

KEY = "images"
TABLES = (".csv", ".tsv", ".txt", ".xlsx", ".json", ".parquet")
MOST_IMAGES = 2_000_000
LEAST_SHARE = 0.5  # of a table's rows that name an image, for it to be the table of the images


def accepts(path: Path, head: bytes) -> bool:
    if is_idx(head):
        return True
    if not head.startswith(ZIP):
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            entries = members(archive, climbing=True)
            if any(entry.filename == "[Content_Types].xml" for entry in entries):
                return False  # a document with images in it
            n_images = sum(_is_image(entry) for entry in entries)
            return n_images > len(entries) / 2 or _holds_arrays(archive, entries)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False


def read(path: Path, folder: Path, options: Mapping[str, Any]) -> TextTable:
    """The images in base64, as cells of text. Raises UnreadableFile and TooLarge with a sentence."""
    return _read(path, folder, as_text=True)


def read_values(path: Path, folder: Path, options: Mapping[str, Any]) -> TextTable:
    return _read(path, folder, as_text=False)


def _read(path: Path, folder: Path, *, as_text: bool) -> TextTable:
    if not path.stat().st_size or not zipfile.is_zipfile(path):
        raise UnreadableFile("idx_alone", file=path.name)
    with zipfile.ZipFile(path) as archive:
        entries = members(archive, climbing=True)
        if any(entry.flag_bits & 1 for entry in entries):
            raise UnreadableFile("archive_encrypted", file=path.name)
        if len(entries) > MOST_IMAGES:
            raise TooLarge("images_many", file=path.name, n=len(entries), most=MOST_IMAGES)
        if _holds_arrays(archive, entries):
            return _of_arrays(_arrays(archive, entries, path.name), folder, path.name, as_text)
        with _table_beside(archive, entries, folder, path.name) as found:
            if found is not None:
                return _beside_table(archive, entries, *found, folder, path.name, as_text)
        return _of_folders(archive, entries, folder, path.name, as_text)


def _of_folders(
    archive: zipfile.ZipFile, entries: Sequence[zipfile.ZipInfo], folder: Path, file: str, as_text: bool
) -> TextTable:
    images = [entry for entry in entries if _is_image(entry)]
    parts, classes = folders_of([entry.filename for entry in images])
    stated = {"part": parts, "class": classes}
    names = [name for name, values in stated.items() if values is not None]
    said = {id(e): [stated[name][i] for name in names] for i, e in enumerate(images)}

    def rows() -> Iterator[ImageRow]:
        for number, entry in enumerate(entries, start=1):
            cells = (shown(entry), *said.get(id(entry), [None] * len(names)))
            yield ImageRow(
                number=number, name=shown(entry), cells=cells, make=partial(_picture, archive, entry)
            )

    return _table(rows(), ("file", *names), folder, file, as_text)


def _of_arrays(arrays: Sequence[ImageArray], folder: Path, file: str, as_text: bool) -> TextTable:
    has_parts = len(arrays) > 1 and all(a.part for a in arrays)
    has_labels = any(a.labels is not None for a in arrays)

    def rows() -> Iterator[ImageRow]:
        number = 0
        for array in arrays:
            for place in range(len(array.images)):
                number += 1
                name = f"{array.name} {place + 1}"
                label = None if array.labels is None else _label(array.labels[place])
                cells = (name, *([array.part] if has_parts else []), *([label] if has_labels else []))
                yield ImageRow(number=number, name=name, cells=cells, make=partial(_from_array, array, place))

    names = ("file", *(["part"] if has_parts else []), *(["class"] if has_labels else []))
    return _table(rows(), names, folder, file, as_text)


def _beside_table(
    archive: zipfile.ZipFile, entries: Sequence[zipfile.ZipInfo], table: TextTable, places: list[int | None],
    folder: Path, file: str, as_text: bool,
) -> TextTable:  # fmt: skip
    """The table's own columns, each row with the image it names."""
    images = [entry for entry in entries if _is_image(entry)]

    def rows() -> Iterator[ImageRow]:
        number = 0
        for frame in table.batches():
            for cells in frame.itertuples(index=False, name=None):
                place = places[number]
                number += 1
                make = _names_none if place is None else partial(_picture, archive, images[place])
                yield ImageRow(number=number, name=str(cells)[:200], cells=cells, make=make)

    name = IMAGE
    while name.lower() in {n.lower() for n in table.names}:
        name += "_"
    out = folder / "pictures.parquet"
    held = tuple(f"c{i}" for i in range(len(table.names) + 1))
    tally = write_rows(rows(), held, out, as_text=as_text, file=file)
    told = tally.findings()
    if table.rejects is not None:  # lines that are no rows of the table
        for one in read_kept_aside(table.rejects, MOST_IMAGES):
            line = KeptAside(line=int(one["line"]), where="rejected", reason=one["reason"], text=one["text"])
            tally.aside.append(line)
    place = len(table.names)
    return TextTable(
        names=(*table.names, name), path=out, n_rows=tally.n_rows,
        options={"layout": "beside a table", "header": table.options.get("header", True)},
        typed={} if as_text else {place: tally.inferred()}, declared={name: "image"},
        findings=(*table.findings, *told), rejects=tally.rejects(folder), n_rejected=len(tally.aside),
    )  # fmt: skip


def _table(
    rows: Iterator[ImageRow], names: tuple[str, ...], folder: Path, file: str, as_text: bool
) -> TextTable:
    names = (*names, IMAGE)
    out = folder / "pictures.parquet"
    held = tuple(f"c{i}" for i in range(len(names))) if as_text else names
    tally = write_rows(rows, held, out, as_text=as_text, file=file)
    return TextTable(
        names=names, path=out, n_rows=tally.n_rows, options={"layout": "folders" if "class" in names else "files"},
        declared={IMAGE: "image"}, typed={} if as_text else _typed(names, tally), holds_values=not as_text,
        findings=tally.findings(), rejects=tally.rejects(folder), n_rejected=len(tally.aside),
    )  # fmt: skip


def _typed(names: Sequence[str], tally: Tally) -> dict[int, Inferred]:
    words = {i: Inferred(kind="category") for i in range(len(names) - 1)}
    return {**words, len(names) - 1: tally.inferred()}


@contextmanager
def _table_beside(
    archive: zipfile.ZipFile, entries: Sequence[zipfile.ZipInfo], folder: Path, file: str
) -> Iterator[tuple[TextTable, list[int | None]] | None]:
    """The table whose rows name the archive's images, and which of them each row names; None without one."""
    with TemporaryDirectory(dir=folder, prefix="beside-") as own:
        yield _first_naming(archive, entries, Path(own), file)


def _first_naming(
    archive: zipfile.ZipFile, entries: Sequence[zipfile.ZipInfo], folder: Path, file: str
) -> tuple[TextTable, list[int | None]] | None:
    names = [entry.filename for entry in entries if _is_image(entry)]
    for number, entry in enumerate(e for e in entries if PurePosixPath(e.filename).suffix.lower() in TABLES):
        own = folder / f"table-{number}"
        own.mkdir()
        try:
            unpack_member(archive, entry, own / "content", file)
            table = recognise(own / "content").read(own / "content", own, {})
        except FathomError:
            continue  # it is no table: it will be set aside as what it is, no image
        frame = table.frame()
        best = max(
            (matched(frame[name].tolist(), names) for name in table.names),
            key=lambda places: sum(place is not None for place in places),
        )
        if sum(place is not None for place in best) > LEAST_SHARE * len(best):
            return table, best
    return None


def _arrays(archive: zipfile.ZipFile, entries: Sequence[zipfile.ZipInfo], file: str) -> Sequence[ImageArray]:
    found = []
    for entry in entries:
        if entry.filename.endswith(".npy"):
            found.append(read_npy(archive, entry, file))
            continue
        content = _unpacked(archive, entry, file)
        if is_idx(content[:8]):
            found.append(read_idx(content, shown(entry), file))
    return paired(found, file)


def _holds_arrays(archive: zipfile.ZipFile, entries: Sequence[zipfile.ZipInfo]) -> bool:
    """Whether all that the archive holds are arrays, as in an npz file, or MNIST's files."""
    if entries and all(entry.filename.endswith(".npy") for entry in entries):
        return True
    suspects = [e for e in entries if "idx" in e.filename.lower() and not e.flag_bits & 1]
    return bool(suspects) and any(is_idx(_head(archive, entry)) for entry in suspects)


def _head(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    try:
        with archive.open(entry) as member:
            head = member.read(2)
            if head == b"\x1f\x8b":
                with archive.open(entry) as packed, gzip.GzipFile(fileobj=packed) as plain:
                    return plain.read(8)
            return head + member.read(6)
    except DAMAGE:
        return b""


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, file: str) -> bytes:
    """A member's bytes, out of their own gzip if need be. Raises UnreadableFile, TooLarge."""
    try:
        with archive.open(entry) as member:
            is_packed = member.read(2) == b"\x1f\x8b"
        with archive.open(entry) as member:
            content = (gzip.GzipFile(fileobj=member) if is_packed else member).read(MOST_ARRAY_BYTES + 1)
    except (*DAMAGE, zlib.error) as error:
        raise UnreadableFile("archive_damaged", file=file, detail=str(error)[:200].rstrip(". ")) from None
    if len(content) > MOST_ARRAY_BYTES:
        raise TooLarge("archive_large", file=file, most=f"{MOST_ARRAY_BYTES >> 30} GiB")
    return content


def _is_image(entry: zipfile.ZipInfo) -> bool:
    return PurePosixPath(entry.filename).suffix.lower() in SUFFIXES


def _picture(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Picture:
    if not _is_image(entry):
        raise NotAPicture(say("picture.unknown"))
    try:
        with archive.open(entry) as member:
            content = member.read(MOST_BYTES + 1)
    except DAMAGE:
        raise NotAPicture(say("picture.damaged")) from None
    return ordinary(content)


def _from_array(array: ImageArray, place: int) -> Picture:
    return from_pixels(array.pixels(place))


def _names_none() -> Picture:
    raise NotAPicture(say("picture.absent"))


def _label(value: Any) -> str | None:
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return text.removesuffix(".0") or None


source = Source(
    key=KEY,
    title="Images (zip of folders by class, npz, IDX)",
    suffixes=(".npz",),
    accepts=accepts,
    read=read,
    read_values=read_values,
    order=25,
)
