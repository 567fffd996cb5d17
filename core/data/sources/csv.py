"""Text with separated cells: CSV, TSV and their kin. Decides no column's kind."""

import codecs
import itertools
import shutil
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from core.data.naming import generated_names, tidy_names
from core.data.sources import MAX_COLUMNS, SNIFFED, Glance, Source
from core.data.sources._accounts import account, reading_findings
from core.data.sources._dialect import (
    NO_SEPARATOR,
    RUNS,
    SAMPLE_ROWS,
    Dialect,
    detect_dialect,
    is_quoted_on_purpose,
    numbered_rows,
    with_tabs,
)
from core.data.sources._encoding import Survey, head_of, read_head, survey, transcode, wide_encoding
from core.data.sources._kept_aside import titles, write_kept_aside
from core.data.sources._layout import find_layout, joined_names
from core.data.sources._notes import drop_notes, tail_of
from core.data.sources._scan import MixedLineEnds, Scanned, Text, n_blank_columns, scan
from core.data.sources._signatures import control_bytes, not_a_table
from core.data.sources._western import MAC_ROMAN
from core.data.text_table import TextTable
from core.domain import Finding
from core.errors import TooLarge, UnreadableFile

MAX_REJECTED_SHARE = 0.2
MIN_TYPED_BYTES = 8 << 20  # a smaller file is soon read twice
MAX_TYPED_COLUMNS = 500


def accepts(seen: Glance) -> bool:
    if not_a_table(seen.head) is not None:
        return False
    if wide_encoding(seen.head) is not None:
        return True
    head = seen.head[:SNIFFED]
    n_controls = len(control_bytes(head))
    # a short text with a bell in some cells holds many for its length; a binary file is no UTF-8 as well
    return n_controls <= len(head) // 100 or (n_controls <= len(head) // 10 and _is_utf8(head))


def _is_utf8(head: bytes) -> bool:
    """Whether it is so without zeros; its last character may be cut."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head, final=False)
    except UnicodeDecodeError:
        return False
    return b"\0" not in head


def read(path: Path, folder: Path, options: Mapping[str, Any]) -> TextTable:
    """options: encoding, separator, quote, escape, header or header_rows, skip; the rest is detected.

    separator: a character, "blanks" or "wide blanks" for runs of them, or "" for none. header_rows: how
    many rows hold names; skip: lines above them. Raises UnreadableFile or TooLarge.
    """
    return _read(path, folder, options, survey(path, options.get("encoding")))


def read_values(path: Path, folder: Path, options: Mapping[str, Any]) -> TextTable:
    """As `read`; columns of a large file are typed in passing where all cells are as its first rows suggest.

    A word on what a column holds is taken at its text.
    """
    is_asked = any(options.get(key) for key in ("kinds", "date_formats", "number_formats"))
    if is_asked or path.stat().st_size < MIN_TYPED_BYTES:
        return read(path, folder, options)
    return _read_ahead(path, folder, options)


def look(path: Path, folder: Path, options: Mapping[str, Any]) -> TextTable:
    """The same of the file's beginning alone, however many of its rows are rejected."""
    head = folder / path.name
    is_whole = head_of(path, head)
    try:
        found = survey(head, options.get("encoding"))
        return _read(head, folder, options, found, is_whole=is_whole, most_rejected=1.0)
    finally:
        head.unlink()


def _read_ahead(path: Path, folder: Path, options: Mapping[str, Any]) -> TextTable:
    """Read as the first lines are written, while all are surveyed; again where they are written otherwise."""
    encoding, head = options.get("encoding"), folder / "head.csv"
    head_of(path, head)
    first = survey(head, encoding)
    head.unlink()
    with ThreadPoolExecutor(1) as aside:
        whole = aside.submit(survey, path, encoding)
        if first.is_plain:
            try:
                table = _read(path, folder, options, replace(first, whole=whole.result), as_values=True)
            except (UnreadableFile, TooLarge):
                if first.is_like(whole.result()):
                    raise
            else:
                if first.is_like(whole.result()):
                    return table
        found = whole.result()
    # what was set aside belongs to a reading that was given up
    (folder / "rejects.csv").unlink(missing_ok=True)
    return _read(path, folder, options, found, as_values=True)


@dataclass(frozen=True, kw_only=True)
class _Plan:
    """What the first lines say about the rest. begins: the line of the first row of names or of the table,
    from 0; skip: rows from there, blank lines counted, up to the first row of the table."""

    dialect: Dialect
    width: int
    names: tuple[str, ...]
    findings: tuple[Finding, ...]
    above: tuple[str, ...]
    begins: int
    skip: int
    n_header: int


def _read(
    path: Path,
    folder: Path,
    options: Mapping[str, Any],
    found: Survey,
    *,
    is_whole: bool = True,
    most_rejected: float = MAX_REJECTED_SHARE,
    as_values: bool = False,
) -> TextTable:
    sample = read_head(path, found)
    plan = _plan(path.name, sample, options)
    claimed = plan.names if as_values and plan.width <= MAX_TYPED_COLUMNS else None
    scanned, text, tail = _scanned(path, folder, found, plan, claimed)
    if scanned.rejected and plan.dialect.quote and not is_quoted_on_purpose(sample, plan.dialect):
        # a lone quotation mark in free text opens a cell that never ends: read marks as characters
        bare = replace(plan, dialect=replace(plan.dialect, quote="", escape=""))
        other, other_text, tail = _scanned(path, folder, found, bare, claimed, stem="bare")
        if sum(one.n_lines for one in other.rejected) < sum(one.n_lines for one in scanned.rejected):
            plan, scanned, text = bare, other, other_text
    kept = titles(plan.above)
    if is_whole:
        scanned, below = drop_notes(scanned, text, tail, plan.dialect, folder)
        kept += below
    lines = account(scanned, text, kept, n_header=plan.skip)
    if scanned.n_rows == 0 and not scanned.rejected:
        raise UnreadableFile("header_only", file=path.name, names=", ".join(plan.names[:10]))
    n_records = scanned.n_rows + lines.rejected
    if lines.rejected > most_rejected * n_records:
        first = scanned.rejected[0]
        raise UnreadableFile(
            "too_many_rejected", file=path.name, n=lines.rejected, n_rows=n_records, expected=plan.width,
            line=first.line, reason=first.reason,
        )  # fmt: skip
    kept += scanned.rejected
    rejects = folder / "rejects.csv" if kept else None
    if rejects:
        write_kept_aside(kept, rejects)
    names = plan.names[: plan.width - n_blank_columns(scanned, plan.names)]
    separator = plan.dialect.separator
    return TextTable(
        names=names, path=scanned.path, n_rows=scanned.n_rows, rejects=rejects, n_rejected=lines.rejected, lines=lines, is_whole=is_whole,
        typed=scanned.typed, holds_values=len(scanned.typed) == plan.width,
        options={
            "encoding": found.encoding, "separator": "" if separator == NO_SEPARATOR else separator,
            "quote": plan.dialect.quote, "escape": plan.dialect.escape, "header": plan.n_header > 0,
            "header_rows": plan.n_header, "skip": plan.begins,
        },
        findings=(
            *(one for one in plan.findings if one.subject in names),
            *reading_findings(lines, scanned.rejected, scanned.n_rows, n_header=plan.n_header, n_dropped=plan.width - len(names)),
            *_encoding_findings(found, is_asked=options.get("encoding") is not None),
        ),
    )  # fmt: skip


def _plan(name: str, sample: str, options: Mapping[str, Any]) -> _Plan:
    separator = options.get("separator")
    for mark, known in (("separator", (*RUNS, "")), ("quote", ("",))):
        given = options.get(mark)
        if given is not None and len(given) != 1 and given not in known:
            raise UnreadableFile("mark_too_long", mark=mark, given=given[:40], file=name)
    dialect = detect_dialect(sample, NO_SEPARATOR if separator == "" else separator, options.get("quote"))
    if options.get("escape") is not None:
        dialect = replace(dialect, escape=options["escape"])
    lines = sample.split("\n")
    begins = int(options.get("skip") or 0)
    rows = _rows(lines[begins:], dialect)
    filled = [(i, line, cells) for i, (line, cells) in enumerate(rows) if cells]
    if not any(cell.strip() for _, _, cells in filled for cell in cells):
        raise UnreadableFile("file_blank", file=name)
    n_header = options.get("header_rows")
    if n_header is None and options.get("header") is not None:
        n_header = int(options["header"])
    cells = [cells for _, _, cells in filled]
    layout = find_layout(cells, n_header, may_have_titles=options.get("skip") is None)
    first_line = filled[layout.first][1]
    data = (
        filled[layout.first + layout.n_header][0]
        if len(filled) > layout.first + layout.n_header
        else len(rows)
    )
    header = cells[layout.first : layout.first + layout.n_header]
    width = max(layout.width, 1)
    widest = max(width, max(map(len, header), default=0))
    if widest > MAX_COLUMNS:
        raise TooLarge("too_many_columns", n=widest, most=MAX_COLUMNS, file=name)
    names, findings = tidy_names(joined_names(header, width)) if header else (generated_names(width), ())
    return _Plan(
        dialect=dialect, width=width, names=names, findings=tuple(findings), above=tuple(lines[: begins + first_line]),
        begins=begins + first_line, skip=data - filled[layout.first][0], n_header=layout.n_header,
    )  # fmt: skip


def _rows(lines: list[str], dialect: Dialect) -> list[tuple[int, list[str]]]:
    text = "\n".join(lines)
    if dialect.separator in RUNS:
        text = with_tabs(text, dialect)
    return list(itertools.islice(numbered_rows(text, dialect), SAMPLE_ROWS))


def _scanned(
    path: Path,
    folder: Path,
    found: Survey,
    plan: _Plan,
    claimed: Sequence[str] | None = None,
    stem: str = "text",
) -> tuple[Scanned, Text, str]:
    """The file read as planned, made clean first where DuckDB would not follow it; and its last lines.

    claimed: the columns' names, where they may be typed in passing if the file is read as it is.
    """
    if found.is_plain and plan.dialect.separator not in RUNS:
        try:
            text = Text(
                name=path.name,
                path=path,
                lines=found.count_lines,
                width=plan.width,
                skip=plan.begins + plan.skip,
                has_underscores=found.has_underscores,
            )
            if plan.dialect.quote and any(plan.dialect.quote in line for line in plan.above):
                text = _without_titles(text, plan, folder)
            return scan(text, plan.dialect, folder, stem, claimed), text, tail_of(text.path)
        except MixedLineEnds:
            found = replace(found, newline="mixed")
    clean = folder / "utf8.csv"
    change = (lambda text: with_tabs(text, plan.dialect)) if plan.dialect.separator in RUNS else None
    n_lines = transcode(path, clean, found, change)
    text = Text(
        name=path.name, path=clean, lines=lambda: n_lines, width=plan.width, skip=plan.begins + plan.skip
    )
    try:
        if plan.dialect.quote and any(plan.dialect.quote in line for line in plan.above):
            text = _without_titles(text, plan, folder)
        return scan(text, plan.dialect, folder, stem), text, tail_of(text.path)
    except MixedLineEnds:
        raise UnreadableFile(
            "csv_refused", file=path.name, detail="its lines end in different ways."
        ) from None
    finally:
        clean.unlink()


def _without_titles(text: Text, plan: _Plan, folder: Path) -> Text:
    """The text from the table on: quotation marks in a title would open a cell that hides the table."""
    out = folder / "below.csv"
    with open(text.path, "rb") as source, open(out, "wb") as target:
        for _ in range(plan.begins):
            source.readline()
        shutil.copyfileobj(source, target, 4 << 20)
    return replace(
        text,
        path=out,
        lines=lambda: text.n_lines - plan.begins,
        skip=plan.skip,
        first_line=text.first_line + plan.begins,
    )


def _encoding_findings(found: Survey, *, is_asked: bool) -> Iterator[Finding]:
    if found.lossy:
        yield Finding(code="replaced_characters", severity="warning", parameters={"encoding": found.encoding})
    if found.encoding == MAC_ROMAN and not is_asked:
        yield Finding(code="mac_roman", severity="info")


source = Source(
    key="csv",
    title="CSV, TSV or other separated text",
    suffixes=(".csv", ".tsv", ".tab", ".txt", ".psv", ".data"),
    accepts=accepts,
    read=read,
    look=look,
    read_values=read_values,
    order=100,
)
