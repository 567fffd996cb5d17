"""Sounds in an archive: folders by class, or beside a table of paths. What is no sound is set aside."""

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.data.media.sound import medium as MEDIUM
from core.data.sources import Glance, Source
from core.data.sources._media_archive import Out, entries_of, is_archive_of, read_files
from core.data.text_table import TextTable


def accepts(seen: Glance) -> bool:
    return is_archive_of(MEDIUM, seen.archive)


def read(path: Path, folder: Path, options: Mapping[str, Any]) -> TextTable:
    """The sounds in base64, as cells of text. Raises UnreadableFile and TooLarge with a sentence."""
    return _read(path, Out(folder=folder, file=path.name, as_text=True))


def read_values(path: Path, folder: Path, options: Mapping[str, Any]) -> TextTable:
    return _read(path, Out(folder=folder, file=path.name, as_text=False))


def _read(path: Path, out: Out) -> TextTable:
    with zipfile.ZipFile(path) as archive:
        return read_files(archive, entries_of(archive, MEDIUM, path.name), MEDIUM, out)


source = Source(
    key="sounds",
    title="Sounds (zip of folders by class)",
    suffixes=(),
    accepts=accepts,
    read=read,
    read_values=read_values,
    order=26,
)
