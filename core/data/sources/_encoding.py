"""In which encoding a text file is written, and the same file as clean UTF-8. Knows no separators."""

import codecs
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np

from core.data.sources import MAX_LINE_BYTES
from core.data.sources._scripts import guess_legacy
from core.errors import TooLarge, UnreadableFile

CHUNK = 4 << 20
SURVEYED = 512 << 10  # bytes at a time, which stay in a processor's cache
FEED, RETURN = 10, 13
SAMPLE = 256 << 10
SAMPLE_CHARACTERS = 1 << 20
HEAD = 2 << 20  # bytes that a look at the file reads
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, kw_only=True)
class Survey:
    """What one pass over a file's bytes found.

    encoding: a Python codec name. lossy: some bytes are not valid in it and will be replaced.
    newline: what ends the lines: a feed, both, a lone return as on an old Mac, or "mixed" where
    returns stand in other places, too. n_lines: how many lines there are, the last one included even
    if nothing ends it; None where the bytes do not tell (UTF-16). has_underscores: there are some
    below the first line, which the engine passes over between digits. whole: gives the survey of all the file where this one is of
    its beginning.
    """

    encoding: str
    lossy: bool = False
    newline: Literal["\n", "\r\n", "\r", "mixed"] = "\n"
    n_lines: int | None = None
    has_underscores: bool = True
    whole: "Callable[[], Survey] | None" = None

    def count_lines(self) -> int:
        return (self if self.whole is None else self.whole()).n_lines or 0

    def is_like(self, other: "Survey") -> bool:
        """Whether both say the same of how the text is written, however long it is."""
        return replace(self, n_lines=None, whole=None) == replace(other, n_lines=None, whole=None)

    @property
    def is_plain(self) -> bool:
        """Whether DuckDB can read the file as it is."""
        return self.encoding in ("utf-8", "utf-8-sig") and self.newline in ("\n", "\r\n") and not self.lossy


def survey(path: Path, encoding: str | None = None) -> Survey:
    """Read the whole file once and settle its encoding; a given one is only checked.

    Raises UnreadableFile when the given encoding is unknown or a NUL byte says that it is no text,
    TooLarge for a line longer than MAX_LINE_BYTES.
    """
    encoding = _checked(encoding)
    with open(path, "rb") as file:
        head = file.read(SAMPLE)
    wide = encoding or wide_encoding(head)
    if wide and wide.startswith(("utf-16", "utf-32", "utf_16", "utf_32")):
        text = head.decode(wide, errors="ignore")
        return Survey(encoding=wide, newline="\r" if "\r" in text and "\n" not in text else "mixed")

    decoder = codecs.getincrementaldecoder(encoding or "utf-8")()
    invalid_at: int | None = None
    offset = n_feeds = n_returns = n_pairs = line_begins = 0
    has_underscores, last = False, b""
    with open(path, "rb") as file:
        while chunk := file.read(SURVEYED):
            if (nul := chunk.find(b"\0")) >= 0:
                raise UnreadableFile(
                    "nul_bytes", file=path.name, line=n_feeds + chunk.count(b"\n", 0, nul) + 1
                )
            ends = np.frombuffer(chunk, np.uint8)  # NumPy counts bytes that are frequent three times as fast
            n_feeds += int(np.count_nonzero(ends == FEED))
            has_returns = b"\r" in chunk  # looking for none takes a tenth of counting them
            if has_returns:
                returns = ends == RETURN
                n_returns += int(np.count_nonzero(returns))
                n_pairs += int(np.count_nonzero(returns[:-1] & (ends[1:] == FEED)))
                n_pairs += last == b"\r" and chunk[:1] == b"\n"
            below = 0 if offset else chunk.find(b"\n") + 1  # names often have some
            has_underscores = has_underscores or chunk.find(b"_", below) >= 0
            last_end = max(chunk.rfind(b"\n"), chunk.rfind(b"\r") if has_returns else -1)
            if last_end >= 0:
                line_begins = offset + last_end
            # bytes that are ASCII need no decoder, unless a character began in the chunk before
            is_plain = encoding is None and chunk.isascii() and not decoder.getstate()[0]
            if invalid_at is None and not is_plain:
                try:
                    decoder.decode(chunk, final=False)
                except UnicodeDecodeError as error:
                    invalid_at = offset + error.start
            offset += len(chunk)
            last = chunk[-1:]
            if offset - line_begins > MAX_LINE_BYTES:
                raise TooLarge("line_too_long", file=path.name, line=n_feeds + 1, most=MAX_LINE_BYTES)
    if invalid_at is None and decoder.getstate()[0]:
        invalid_at = offset - len(decoder.getstate()[0])
    newline = _newline(n_feeds, n_returns, n_pairs)
    n_ends = n_returns if newline == "\r" else n_feeds
    found = Survey(
        encoding=encoding or ("utf-8-sig" if head.startswith(codecs.BOM_UTF8) else "utf-8"),
        lossy=invalid_at is not None,
        newline=newline,
        n_lines=n_ends + (last not in (b"\n", b"\r")),
        has_underscores=has_underscores,
    )
    if invalid_at is None or encoding is not None:
        return found
    return _survey_other_encoding(path, head, invalid_at, found)


def read_head(path: Path, found: Survey) -> str:
    """The file's first characters as clean text, cut after a whole line."""
    with open(path, encoding=found.encoding, errors="replace", newline="") as file:
        text = file.read(SAMPLE_CHARACTERS)
        is_cut = bool(file.read(1))
    text = _feeds_only(text.removesuffix("\r") if is_cut else text, found.newline).removeprefix("\ufeff")
    return text[: text.rfind("\n") + 1] or text if is_cut else text


def head_of(path: Path, out: Path) -> bool:
    """Copy the file's first lines; whether these are all of it."""
    with open(path, "rb") as file:
        head = file.read(HEAD)
        is_whole = not file.read(1)
    if not is_whole:
        wide = wide_encoding(head)
        if wide:
            text = head.decode(wide, errors="ignore")
            head = text[: text.rfind("\n") + 1].encode(wide) or head
        else:
            head = head[: max(head.rfind(b"\n"), head.rfind(b"\r", 0, -1)) + 1] or head
    out.write_bytes(head)
    return is_whole


def _checked(encoding: str | None) -> str | None:
    if encoding is None:
        return None
    try:
        known = codecs.lookup(encoding)
        "".encode(known.name)  # only what turns text into bytes: not zlib and its like
    except (LookupError, ValueError):
        raise UnreadableFile("encoding_unknown", encoding=encoding[:40]) from None
    return known.name


def _newline(n_feeds: int, n_returns: int, n_pairs: int) -> Literal["\n", "\r\n", "\r", "mixed"]:
    if n_returns == 0:
        return "\n"
    if n_returns - n_pairs > n_feeds:
        return "\r"
    # feeds alone are cells of several lines, as Excel writes them; a return alone is a stray
    return "\r\n" if n_returns == n_pairs else "mixed"


def wide_encoding(head: bytes) -> str | None:
    """UTF-16 or UTF-32, told by a byte order mark or by where zeros lie; None for anything else."""
    for bom, name in _BOMS:
        if head.startswith(bom):
            return name if name != "utf-8-sig" else None
    # ASCII characters, of which any table has some, leave a zero in one half of each pair and never in the other
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) < max(4, 0.025 * len(head)) or min(even, odd) > 0.05 * max(even, odd):
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _survey_other_encoding(path: Path, head: bytes, invalid_at: int, utf8: Survey) -> Survey:
    with open(path, "rb") as file:
        file.seek(max(invalid_at - SAMPLE // 4, 0))
        around = file.read(SAMPLE)
    # whole lines: a character cut in two by the sample's edges would look like a fault
    if invalid_at < len(head):
        lines = head[: head.rfind(b"\n") + 1] or head
    else:
        lines = around[around.find(b"\n") + 1 : around.rfind(b"\n") + 1] or around
    as_utf8 = lines.decode("utf-8", errors="replace")
    n_bad = as_utf8.count("\ufffd")
    if sum(character > "\x7f" for character in as_utf8) - n_bad > 4 * max(n_bad, 1):
        return utf8
    name = guess_legacy(lines)
    return replace(utf8, encoding=name, lossy=not _decodes(path, name))


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with open(path, "rb") as file:
        try:
            while chunk := file.read(CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def transcode(path: Path, out: Path, found: Survey, change: Callable[[str], str] | None = None) -> int:
    """Stream the file into UTF-8 with line feeds only; how many lines there are.

    change: of whole lines on their way. Raises UnreadableFile when what comes out holds NUL characters
    and TooLarge for a line longer than MAX_LINE_BYTES characters.
    """
    n_feeds, pending, ends_line = 0, "", True
    with open(path, encoding=found.encoding, errors="replace", newline="") as source:
        with open(out, "w", encoding="utf-8", newline="") as target:
            while True:
                try:
                    chunk = source.read(CHUNK)
                except UnicodeError as error:  # UTF-16 without its mark, and others that replace nothing
                    raise UnreadableFile("encoding_wrong", file=path.name, encoding=found.encoding) from error
                whole, pending = _whole_lines(pending + chunk, is_last=not chunk)
                text = _feeds_only(whole, found.newline)
                if (nul := text.find("\0")) >= 0:
                    raise UnreadableFile(
                        "nul_bytes", file=path.name, line=n_feeds + text.count("\n", 0, nul) + 1
                    )
                if len(pending) > MAX_LINE_BYTES:
                    raise TooLarge("line_too_long", file=path.name, line=n_feeds + 1, most=MAX_LINE_BYTES)
                n_feeds += text.count("\n")
                if text:
                    ends_line = text.endswith("\n")
                target.write(change(text) if change else text)
                if not chunk:
                    return n_feeds + (not ends_line)


def _whole_lines(text: str, *, is_last: bool) -> tuple[str, str]:
    """The text up to its last line end, and what is left; a return at the end may have a feed to come."""
    if is_last:
        return text, ""
    end = max(text.rfind("\n"), text.rfind("\r", 0, len(text) - 1)) + 1
    return text[:end], text[end:]


def _feeds_only(text: str, newline: str) -> str:
    if "\r" not in text:
        return text
    # among line feeds a lone return is a stray inside a cell
    return text.replace("\r\n", "\n").replace("\r", "\n" if newline == "\r" else " ")
