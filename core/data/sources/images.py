"""Images in an archive: folders by class, beside a table of paths, or arrays (npz, IDX). What is no image is set aside.

A path in the archive names a class and a row, and never a place on the disk.
"""

import gzip
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from core.data.media.image import medium as MEDIUM
from core.data.pictures import Picture, from_pixels
from core.data.sources import Glance, Source
from core.data.sources._arrays import (
    MOST_ARRAY_BYTES,
    ImageArray,
    is_idx,
    paired,
    read_idx,
    read_npy,
)  # fmt: skip
from core.data.sources._media_archive import Out, entries_of, is_archive_of, read_files, write_table
from core.data.sources._media_rows import MediaRow
from core.data.sources._unpack import DAMAGE
from core.data.sources.compressed import members, shown
from core.data.text_table import TextTable
from core.errors import TooLarge, UnreadableFile

KEY = "images"


def accepts(seen: Glance) -> bool:
    if is_idx(seen.head) or is_archive_of(MEDIUM, seen.archive):
        return True
    return seen.archive is not None and _holds_arrays(seen.archive, members(seen.archive, climbing=True))


def read(path: Path, folder: Path, options: Mapping[str, Any]) -> TextTable:
    """The images in base64, as cells of text. Raises UnreadableFile and TooLarge with a sentence."""
    return _read(path, folder, as_text=True)


def read_values(path: Path, folder: Path, options: Mapping[str, Any]) -> TextTable:
    return _read(path, folder, as_text=False)


def _read(path: Path, folder: Path, *, as_text: bool) -> TextTable:
    if not path.stat().st_size or not zipfile.is_zipfile(path):
        raise UnreadableFile("idx_alone", file=path.name)
    out = Out(folder=folder, file=path.name, as_text=as_text)
    with zipfile.ZipFile(path) as archive:
        entries = entries_of(archive, MEDIUM, path.name)
        if _holds_arrays(archive, entries):
            return _of_arrays(_arrays(archive, entries, path.name), out)
        return read_files(archive, entries, MEDIUM, out)


def _of_arrays(arrays: Sequence[ImageArray], out: Out) -> TextTable:
    has_parts = len(arrays) > 1 and all(a.part for a in arrays)
    has_labels = any(a.labels is not None for a in arrays)

    def rows() -> Iterator[MediaRow]:
        number = 0
        for array in arrays:
            for place in range(len(array.images)):
                number += 1
                name = f"{array.name} {place + 1}"
                label = None if array.labels is None else _label(array.labels[place])
                cells = (name, *([array.part] if has_parts else []), *([label] if has_labels else []))
                yield MediaRow(number=number, name=name, cells=cells, make=partial(_from_array, array, place))

    names = ("file", *(["part"] if has_parts else []), *(["class"] if has_labels else []))
    return write_table(rows(), names, MEDIUM, out)


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


def _from_array(array: ImageArray, place: int) -> Picture:
    return from_pixels(array.pixels(place))


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
