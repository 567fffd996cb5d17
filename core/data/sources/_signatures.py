"""What a file that is no table seems to be, told by its first bytes."""

import re
from collections.abc import Sequence

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "a PDF document"),
    (b"fLaC", "a FLAC sound"),
    (b"OggS", "an Ogg sound"),
    (b"ID3", "an MP3 sound"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"BM", "a bitmap image"),
    (b"II*\0", "a TIFF image"),
    (b"MM\0*", "a TIFF image"),
    (b"PK\x03\x04", "a zip archive"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"(\xb5/\xfd", "a zstd archive"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"\x89HDF", "an HDF5 file"),
    (b"Obj\x01", "an Avro file"),
    (b"ORC", "an ORC file"),
    (b"ARROW1", "an Arrow file"),
    (b"\x80\x04\x95", "a Python pickle"),
    (b"\x93NUMPY", "a NumPy array"),
    (b"{\\rtf", "an RTF document"),
)
_MARKUP = re.compile(rb"\s*<(!doctype\s+html|html|head|body|table|\?xml|svg|!--)", re.IGNORECASE)
_JSON = re.compile(rb'\s*(\{\s*("|\})|\[\s*(\{|\[|\]))')
# these are short enough to begin a CSV header ("BMI,age", "MZ"), so binary content must follow
_NEED_NUL = (b"BM", b"MZ", b"ORC", b"ID3")
_BLANK = frozenset(b"\0\x01\x02\t\n\r\f\x1b\x1e\x1f")  # zeros may be UTF-16, others separate cells
_RIFF = {b"WAVE": "a WAV sound", b"WEBP": "a WebP image", b"AVI ": "an AVI video"}


_DOCUMENTS = {"word/": "a Word document", "ppt/": "a PowerPoint presentation", "visio/": "a Visio drawing"}


def document(members: Sequence[str]) -> str | None:
    """What an archive with these files is, as words after "it is", if it is an Office document."""
    if "[Content_Types].xml" not in members:
        return None
    return next(
        (what for place, what in _DOCUMENTS.items() if any(m.startswith(place) for m in members)), None
    )


def not_a_table(head: bytes) -> str | None:
    """What the file is, as words after "it is", or None when it may be text."""
    for signature, title in _SIGNATURES:
        if head.startswith(signature) and (signature not in _NEED_NUL or b"\0" in head):
            return title
    if head.startswith(b"RIFF") and head[8:12] in _RIFF:
        return _RIFF[head[8:12]]
    text = head.removeprefix(b"\xef\xbb\xbf")
    if markup := _MARKUP.match(text):
        return "an XML document" if b"?xml" in markup.group().lower() else "a web page (HTML)"
    if _JSON.match(text):
        return "JSON"
    return None


def control_bytes(head: bytes) -> list[int]:
    """Where control characters stand that text seldom holds: many of them mean a binary file."""
    return [at for at, byte in enumerate(head) if byte < 32 and byte not in _BLANK]
