"""What a source is, and which one reads a given file: told by content, never by name."""

import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.data.text_table import TextTable
from core.errors import UnreadableFile
from core.registry import Registry

HEAD_BYTES = 65_536
SNIFFED = 4096  # bytes among which control characters are counted
ZIP = b"PK\x03\x04"
MAX_COLUMNS = 10_000
MAX_CELL_BYTES = 1_000_000
MAX_LINE_BYTES = 16 << 20


# what zipfile raises for an archive that is damaged, or of a version or compression to come
NO_ARCHIVE = (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError)


@dataclass(frozen=True, kw_only=True)
class Glance:
    """A file as far as it takes to tell what it is. head: its beginning. archive: what it is as a zip archive,
    opened once for all that ask, since listing many thousands of files takes seconds; None for any other file."""

    path: Path
    head: bytes
    archive: zipfile.ZipFile | None = None


@contextmanager
def glance(path: Path) -> Iterator[Glance]:
    with open(path, "rb") as file:
        head = file.read(HEAD_BYTES)
    try:
        archive = zipfile.ZipFile(path) if head.startswith(ZIP) else None
    except NO_ARCHIVE:
        archive = None
    try:
        yield Glance(path=path, head=head, archive=archive)
    finally:
        if archive is not None:
            archive.close()


@dataclass(frozen=True, kw_only=True)
class Source:
    """A kind of file.

    suffixes: names such files usually end in, for file pickers. accepts(seen): whether the
    content is of this kind. read(path, folder, options): the
    cells, written into the empty `folder`; raises UnreadableFile or TooLarge with a sentence.
    look: the same of the beginning alone, refusing no rejected row; where there is none, `read` is quick.
    order: the text source comes last, since almost anything can be taken for text.
    read_values: the same as `read`, but columns may come typed already; None where that saves nothing.
    """

    key: str
    title: str
    suffixes: tuple[str, ...]
    accepts: Callable[[Glance], bool]
    read: Callable[[Path, Path, Mapping[str, Any]], TextTable]
    look: Callable[[Path, Path, Mapping[str, Any]], TextTable] | None = None
    order: int = 0
    read_values: Callable[[Path, Path, Mapping[str, Any]], TextTable] | None = None


SOURCES: Registry[Source] = Registry(sys.modules[__name__], "source")


def recognise(path: Path) -> Source:
    """The source that reads this file.

    Raises UnreadableFile, saying what the file seems to be instead, when none does.
    """
    from core.data.sources._signatures import control_bytes, not_a_table

    if not path.is_file():
        raise UnreadableFile("file_missing", file=path.name)
    with glance(path) as seen:
        if not seen.head:
            raise UnreadableFile("file_empty", file=path.name)
        for source in SOURCES.values():
            if source.accepts(seen):
                return source
    if what := not_a_table(seen.head):
        raise UnreadableFile("not_a_table", file=path.name, what=what)
    # nothing else keeps bytes from being read as text
    head = seen.head[:SNIFFED]
    controls = control_bytes(head)
    raise UnreadableFile(
        "control_characters", file=path.name, n=len(controls), n_bytes=len(head),
        first=f"0x{head[controls[0]]:02X}", line=head.count(b"\n", 0, controls[0]) + 1,
    )  # fmt: skip
