"""What stands below a table: sources, footnotes, the day of the query. Told from rows that could not be read."""

import io
from dataclasses import replace
from pathlib import Path

from core.data.sources._dialect import RUNS, Dialect
from core.data.sources._kept_aside import REASONS, KeptAside
from core.data.sources._layout import n_notes
from core.data.sources._scan import LAST_ROWS, Scanned, Text, without_last

TAIL_BYTES = 64 << 10
FEW_ROWS = 3  # a table of so few rows is not judged by the shape of its last ones


def drop_notes(
    scanned: Scanned, text: Text, tail: str, dialect: Dialect, folder: Path
) -> tuple[Scanned, list[KeptAside]]:
    """The same without the notes below the table, and those lines.

    tail: the text's last whole lines. Notes are the lines at the very end that were rejected, unless the
    last one is just a row cut short, and rows whose cells are blank but for one, below a blank row. Whoever
    writes quotation marks around the cells of a blank row means a row.
    """
    n_padded = min(n_notes(scanned.last, text.width), max(scanned.n_rows - FEW_ROWS, 0))
    lines = tail.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    if any(_is_quoted_blank(line, dialect) for line in lines[-LAST_ROWS:]):
        n_padded = 0
    number = text.first_line + text.n_lines
    rejected = {one.line + k: one for one in scanned.rejected for k in range(one.n_lines)}
    notes: dict[int, KeptAside] = {}
    n_left, has_blank = n_padded, False
    for line in reversed(lines):
        number -= 1
        if number in rejected:
            one = rejected[number]
            notes[one.line] = replace(one, where="below", reason=REASONS["below"])
        elif not line.strip():
            has_blank = has_blank or bool(notes)
        elif n_left > 0:
            n_left -= 1
            notes[number] = KeptAside(line=number, where="below", reason=REASONS["below"], text=line)
        else:
            break
    if not notes:
        return scanned, []
    n_padded -= n_left
    first = notes[min(notes)]
    is_prose = " " in first.text.strip() and _mark(dialect) not in first.text.strip(_mark(dialect))
    is_cut = len(notes) == 1 and not tail.endswith("\n")
    if not n_padded and not has_blank and (is_cut or not is_prose):
        return scanned, []
    kept = replace(scanned, rejected=[one for one in scanned.rejected if one.line not in notes])
    return (without_last(kept, n_padded, folder) if n_padded else kept), list(notes.values())


def tail_of(path: Path) -> str:
    """The last whole lines of clean text."""
    with open(path, "rb") as file:
        size = file.seek(0, io.SEEK_END)
        file.seek(max(0, size - TAIL_BYTES))
        content = file.read()
    if size > TAIL_BYTES:
        content = content[content.find(b"\n") + 1 :]
    return content.decode("utf-8", errors="replace").replace("\r\n", "\n")


def _is_quoted_blank(line: str, dialect: Dialect) -> bool:
    return (
        bool(dialect.quote) and dialect.quote in line and not line.strip(dialect.quote + _mark(dialect) + " ")
    )


def _mark(dialect: Dialect) -> str:
    return "\t" if dialect.separator in RUNS else dialect.separator
