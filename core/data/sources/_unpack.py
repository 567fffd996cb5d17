"""A compressed stream written out as a file, within limits. Knows no tables; uses no name from an archive as a path."""

import bz2
import gzip
import lzma
import shutil
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa

from core.data.sources import MAX_LINE_BYTES, recognise
from core.errors import TooLarge, UnreadableFile

CHUNK = 4 << 20
MOST_BYTES = 100 << 30
# text shrinks ten- to fiftyfold, tables of zeros a few hundredfold, bombs thousandfold and more
MOST_RATIO = 400
RATIO_FROM_BYTES = 256 << 20  # small files may shrink as much as they like
LEAST_FREE_BYTES = 512 << 20
MOST_XZ_MEMORY = 512 << 20

DAMAGE = (
    EOFError, OSError, RuntimeError, NotImplementedError, ValueError, zlib.error, lzma.LZMAError,
    zipfile.BadZipFile, pa.ArrowException,
)  # fmt: skip

SIGNATURES: dict[str, bytes] = {
    "gzip": b"\x1f\x8b",
    "bzip2": b"BZh",
    "xz": b"\xfd7zXZ",
    "zstd": b"(\xb5/\xfd",
}
_OPEN: dict[str, Callable[[BinaryIO], BinaryIO]] = {
    "gzip": lambda raw: gzip.GzipFile(fileobj=raw),
    "bzip2": lambda raw: bz2.BZ2File(raw),
    "xz": lambda raw: _XzStream(raw),
    "zstd": lambda raw: pa.input_stream(raw, compression="zstd", buffer_size=CHUNK),
}


class _XzStream:
    """As lzma.LZMAFile, which takes whatever memory the file asks for."""

    def __init__(self, raw: BinaryIO):
        self._raw = raw
        self._decoder: lzma.LZMADecompressor | None = None
        self._left = b""

    def read(self, size: int) -> bytes:
        while True:
            if self._decoder is None or self._decoder.eof:
                left = (self._decoder.unused_data if self._decoder else b"") or self._raw.read(CHUNK)
                left = left.lstrip(b"\0")  # what streams are padded with
                if not left:
                    return b""
                self._decoder = lzma.LZMADecompressor(memlimit=MOST_XZ_MEMORY)
            elif self._decoder.needs_input:
                left = self._raw.read(CHUNK)
                if not left:
                    raise EOFError("the file ends before its content does")
            else:
                left = b""
            if out := self._decoder.decompress(left, size):
                return out

    def close(self) -> None:
        self._decoder = None


def compression(head: bytes) -> str | None:
    """Which kind of stream begins like this, or None."""
    return next((key for key, signature in SIGNATURES.items() if head.startswith(signature)), None)


def unpack_stream(path: Path, key: str, out: Path) -> None:
    """Raises UnreadableFile for a damaged stream, TooLarge for a bomb or a full disk."""
    with open(path, "rb") as raw:
        with _damage(path.name):
            stream = _OPEN[key](raw)
        try:
            _copy(stream.read, raw.tell, out, path.name)
        finally:
            stream.close()


def unpack_member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, out: Path, file: str) -> None:
    """One file of a zip archive. Raises as `unpack_stream` does."""
    if entry.flag_bits & 1:
        raise UnreadableFile("archive_encrypted", file=file)
    _check(entry.file_size, entry.compress_size, file)  # what it says of itself; counted below as well
    with _damage(file):
        member = archive.open(entry)
    with member:
        _copy(member.read, lambda: entry.compress_size, out, file)


def _copy(read: Callable[[int], bytes], consumed: Callable[[], int], out: Path, file: str) -> None:
    n, lines = 0, None
    with open(out, "wb") as target:
        for chunk in _chunks(read, file):
            n += len(chunk)
            _check(n, consumed(), file)
            if shutil.disk_usage(out.parent).free < LEAST_FREE_BYTES + len(chunk):
                raise TooLarge("archive_disk", file=file)
            target.write(chunk)
            if n == len(chunk):  # the beginning says what it is
                target.flush()
                lines = _Lines(file) if _is_delimited_text(out) else None
            if lines is not None:
                lines.see(chunk)


def _is_delimited_text(beginning: Path) -> bool:
    try:
        return recognise(beginning).key == "csv"
    except UnreadableFile:  # said by whoever reads it whole
        return False


class _Lines:
    """Refuses a line that no reader would take while it is unpacked, not when it has filled the disk."""

    def __init__(self, file: str):
        self._file = file
        self._n_ends = 0
        self._since_end = 0

    def see(self, chunk: bytes) -> None:
        last = max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
        self._since_end = len(chunk) - last - 1 if last >= 0 else self._since_end + len(chunk)
        self._n_ends += chunk.count(b"\n")
        if self._since_end > MAX_LINE_BYTES:
            raise TooLarge("line_too_long", file=self._file, line=self._n_ends + 1, most=MAX_LINE_BYTES)


def check_together(entries: Sequence[zipfile.ZipInfo], n_packed: int, file: str) -> None:
    """Raises TooLarge where members, each of which is small enough, together are a bomb.

    n_packed: bytes of the archive; members that share their bytes say more of themselves.
    """
    _check(sum(entry.file_size for entry in entries), n_packed, file)


def _chunks(read: Callable[[int], bytes], file: str) -> Iterator[bytes]:
    while True:
        with _damage(file):
            chunk = read(CHUNK)
        if not chunk:
            return
        yield chunk


def _check(n: int, n_packed: int, file: str) -> None:
    if n > MOST_BYTES:
        raise TooLarge("archive_large", file=file, most=f"{MOST_BYTES >> 30} GiB")
    if n > RATIO_FROM_BYTES and n > MOST_RATIO * max(n_packed, 1):
        raise TooLarge("archive_bomb", file=file, ratio=MOST_RATIO)


@contextmanager
def _damage(file: str) -> Iterator[None]:
    try:
        yield
    except DAMAGE as error:
        detail = (str(error).splitlines() or [""])[0][:200].rstrip(". ") or type(error).__name__
        raise UnreadableFile("archive_damaged", file=file, detail=detail) from None
