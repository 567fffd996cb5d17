"""In which encoding a text file is written, and the same file as clean UTF-8. Knows no separators."""

import codecs
from dataclasses import dataclass, replace
from pathlib import Path

from core.errors import UnreadableFile

CHUNK = 4 << 20
SAMPLE = 256 << 10
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UNDEFINED_IN_CP1252 = frozenset(b"\x81\x8d\x8f\x90\x9d")


@dataclass(frozen=True, kw_only=True)
class Survey:
    """What one pass over a file's bytes found.

    encoding: a Python codec name. lossy: some bytes are not valid in it and will be replaced.
    has_returns: carriage returns occur, alone or before line feeds. returns_end_lines: most
    lines end in a lone return, as on an old Mac.
    """

    encoding: str
    lossy: bool
    has_returns: bool
    returns_end_lines: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether DuckDB can read the file as it is."""
        return self.encoding in ("utf-8", "utf-8-sig") and not self.has_returns and not self.lossy


def survey(path: Path, encoding: str | None = None) -> Survey:
    """Read the whole file once and settle its encoding; a given one is only checked.

    Raises UnreadableFile when the given encoding is unknown or a NUL byte says that it is no text.
    """
    if encoding is not None:
        try:
            codecs.lookup(encoding)
        except LookupError:
            raise UnreadableFile("encoding_unknown", encoding=encoding) from None
    with open(path, "rb") as file:
        head = file.read(SAMPLE)
    wide = encoding or wide_encoding(head)
    if wide and wide.lower().replace("_", "-").startswith(("utf-16", "utf-32")):
        return Survey(encoding=wide, lossy=False, has_returns=True)

    decoder = codecs.getincrementaldecoder(encoding or "utf-8")()
    invalid_at: int | None = None
    offset = n_lines = n_returns = n_pairs = 0
    with open(path, "rb") as file:
        while chunk := file.read(CHUNK):
            if (nul := chunk.find(b"\0")) >= 0:
                raise UnreadableFile(
                    "nul_bytes", file=path.name, line=n_lines + chunk.count(b"\n", 0, nul) + 1
                )
            if b"\r" in chunk:
                n_returns += chunk.count(b"\r")
                n_pairs += chunk.count(b"\r\n")
            # bytes that are ASCII need no decoder, unless a character began in the chunk before
            is_plain = encoding is None and chunk.isascii() and not decoder.getstate()[0]
            if invalid_at is None and not is_plain:
                try:
                    decoder.decode(chunk, final=False)
                except UnicodeDecodeError as error:
                    invalid_at = offset + error.start
            offset += len(chunk)
            n_lines += chunk.count(b"\n")
    if invalid_at is None and decoder.getstate()[0]:
        invalid_at = offset - len(decoder.getstate()[0])
    found = Survey(
        encoding=encoding or ("utf-8-sig" if head.startswith(codecs.BOM_UTF8) else "utf-8"),
        lossy=invalid_at is not None,
        has_returns=n_returns > 0,
        returns_end_lines=n_returns - n_pairs > n_lines,
    )
    if invalid_at is None or encoding is not None:
        return found
    return _survey_other_encoding(path, head, invalid_at, found)


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
    name = _guess_single_or_double_byte(lines)
    lossy = not _decodes(path, name)
    return replace(utf8, encoding=name, lossy=lossy)


def _guess_single_or_double_byte(sample: bytes) -> str:
    try:
        text = sample.decode("gb18030")
    except UnicodeDecodeError:
        text = sample.decode("gb18030", errors="replace") if _n_high(sample) > 200 else ""
    if text:
        high = [c for c in text if c > "\x7f"]
        if high and sum(_is_common_chinese(c) for c in high) >= 0.7 * len(high):
            return "gb18030"
    # accents in Western text stand alone among ASCII letters; other scripts come in runs
    runs = [run for run in bytes(b if b > 0x7F else 0x20 for b in sample).split(b" ") if run]
    if sum(len(run) <= 2 for run in runs) < 0.8 * len(runs):
        import charset_normalizer

        best = charset_normalizer.from_bytes(sample).best()
        if best is not None:
            return best.encoding
    return "latin-1" if _UNDEFINED_IN_CP1252 & set(sample) else "cp1252"


def _n_high(sample: bytes) -> int:
    return sum(byte > 0x7F for byte in sample)


def _is_common_chinese(character: str) -> bool:
    """Level one of GB 2312 (the 3 755 commonest characters) or its punctuation."""
    try:
        lead = character.encode("gb2312")[0]
    except UnicodeEncodeError:
        return False
    return 0xB0 <= lead <= 0xD7 or lead in (0xA1, 0xA3)


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


def transcode(path: Path, out: Path, found: Survey) -> None:
    """Stream the file into UTF-8 with line feeds only.

    Raises UnreadableFile when what comes out holds NUL characters.
    """
    n_lines = 0
    with open(path, encoding=found.encoding, errors="replace", newline="") as source:
        with open(out, "w", encoding="utf-8", newline="") as target:
            pending = ""
            while chunk := source.read(CHUNK):
                text = pending + chunk
                # a return at the end may belong to a feed that the next chunk begins with
                pending = "\r" if text.endswith("\r") else ""
                text = _feeds_only(text.removesuffix("\r") if pending else text, found.returns_end_lines)
                if (nul := text.find("\0")) >= 0:
                    raise UnreadableFile(
                        "nul_bytes", file=path.name, line=n_lines + text.count("\n", 0, nul) + 1
                    )
                n_lines += text.count("\n")
                target.write(text)
            target.write(_feeds_only(pending, found.returns_end_lines))


def _feeds_only(text: str, returns_end_lines: bool) -> str:
    if "\r" not in text:
        return text
    # among line feeds a lone return is a stray inside a cell
    return text.replace("\r\n", "\n").replace("\r", "\n" if returns_end_lines else " ")
