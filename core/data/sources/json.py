"""JSON: arrays of objects, a value a line, or records inside an object. Decides no column's kind.

Nested objects become columns such as "address.city"; arrays stay JSON text. The text is read a record
at a time, so its length does not matter.
"""

import csv as csv_format
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from itertools import chain, islice
from pathlib import Path
from typing import Any, TextIO

from core.data.naming import generated_names, tidy_names
from core.data.sources import Glance, Source
from core.data.sources._cells import CellWriter
from core.data.sources._json_shape import Found, Records, find_records
from core.data.sources._json_text import Broken, Faulty, Number, Record, Values, written
from core.data.text_table import TextTable
from core.domain import Finding
from core.errors import TooLarge, UnreadableFile

MOST_DEPTH = 50
MOST_REJECTED_SHARE = 0.2
HEADER_ROWS = 300
_BEGINNING = re.compile(r'\s*(\{\s*("|\}|$)|\[\s*(\{|\[|\]|"|$))')
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


def accepts(seen: Glance) -> bool:
    text = seen.head[:4096].decode(_encoding(seen.head), errors="replace").lstrip("\ufeff")
    return _BEGINNING.match(text) is not None


def read(path: Path, folder: Path, options: Mapping[str, Any]) -> TextTable:
    """options: encoding; header, for rows that are arrays. Raises UnreadableFile or TooLarge."""
    with open(path, "rb") as file:
        encoding = options.get("encoding") or _encoding(file.read(4096))
    with ExitStack() as opened:
        readers: list[Values] = []

        def reopen() -> TextIO:
            return opened.enter_context(open(path, encoding=encoding, newline=None))

        def values(text: TextIO) -> Values:
            readers.append(Values(text, path.name))
            return readers[-1]

        writer = CellWriter(folder, path.name)
        try:
            found = find_records(reopen, values, path.name)
            table = _Table(path.name, folder, writer, options.get("header"))
            return table.read(found, readers, encoding)
        except Broken as error:
            raise _damaged(path.name, error) from None
        except UnicodeDecodeError as error:
            raise UnreadableFile(
                "json_encoding", file=path.name, encoding=encoding, byte=f"0x{error.object[error.start]:02x}"
            ) from None
        except LookupError:
            raise UnreadableFile("encoding_unknown", encoding=encoding) from None
        finally:
            writer.close()


class _Table:
    """Turns records into rows of cells."""

    def __init__(self, file: str, folder: Path, writer: CellWriter, header: bool | None):
        self.file, self.folder, self.writer, self.header = file, folder, writer, header
        self.rejects: list[Faulty] = []
        self.n_cut = 0

    def read(self, found: Found, readers: list[Values], encoding: str) -> TextTable:
        records = self._without_faulty(found.records)
        first = next(records, None)
        if first is None:
            if self.rejects:
                raise self._too_many()
            raise UnreadableFile("json_no_records", file=self.file)
        records = chain([first], records)
        if isinstance(first.value, dict):
            names = self._objects(records)
        elif isinstance(first.value, list):
            names = self._arrays(records, found.fields)
        else:
            raise UnreadableFile("json_no_records", file=self.file)
        n_rows = self.writer.n_rows
        if len(self.rejects) - self.n_cut > MOST_REJECTED_SHARE * (n_rows + len(self.rejects)):
            raise self._too_many()
        if not names:
            raise UnreadableFile("json_no_records", file=self.file)
        tidy, findings = tidy_names(names)
        return TextTable(
            names=tidy, path=self.writer.finish(), n_rows=n_rows,
            options={"encoding": encoding, **({"header": self.header} if self.header is not None else {})},
            findings=(*findings, *self._findings(found, readers)),
            rejects=self._write_rejects(), n_rejected=len(self.rejects),
        )  # fmt: skip

    def _without_faulty(self, records: Records) -> Iterator[Record]:
        """What can be read; a text that breaks off gives what came before it."""
        n = 0
        try:
            for record in records:
                if isinstance(record, Faulty):
                    self.rejects.append(record)
                else:
                    n += 1
                    yield record
        except Broken as error:
            # what is broken in the middle may hide any number of records, so that is for a person to mend
            if not error.at_end or not n:
                raise
            self.n_cut = 1
            self.rejects.append(Faulty(error.line, "the file ends in the middle of this record", error.text))

    def _objects(self, records: Iterator[Record]) -> list[str]:
        for record in records:
            if not isinstance(record.value, dict):
                self.rejects.append(Faulty(record.line, "this is no object", written(record.value)[:2000]))
                continue
            row: dict[tuple[str, ...], str | None] = {}
            self._flatten(record, record.value, (), row)
            self.writer.add(row)
        return [".".join(path) for path in self.writer.keys]

    def _flatten(self, record: Record, node: dict, path: tuple[str, ...], row: dict) -> None:
        if len(path) >= MOST_DEPTH:
            raise TooLarge("json_deep", file=self.file, line=record.line)
        for name, value in node.items():
            if isinstance(value, dict):
                self._flatten(record, value, (*path, name), row)
            else:
                row[(*path, name)] = _text(value)

    def _arrays(self, records: Iterator[Record], fields: Any) -> list[str]:
        head = list(islice(records, HEADER_ROWS))
        arrays = [r.value for r in head if isinstance(r.value, list)]
        if fields is not None:
            names = list(fields)
        else:
            if self.header is None:
                self.header = _has_names(arrays)
            names = [str(_text(cell) or "") for cell in arrays[0]] if self.header else []
            head = head[1:] if self.header else head
        for record in chain(head, records):
            if not isinstance(record.value, list):
                self.rejects.append(Faulty(record.line, "this is no array", written(record.value)[:2000]))
                continue
            self.writer.add({i: _text(cell) for i, cell in enumerate(record.value)})
        if not self.writer.n_rows:
            raise UnreadableFile("header_only", file=self.file, names=", ".join(names[:10]))
        for position in range(len(names)):
            self.writer.expect(position)
        # a column met early by a longer row comes after none that is shorter: positions only grow
        width = len(self.writer.keys)
        return names + list(generated_names(width))[len(names) :]

    def _findings(self, found: Found, readers: list[Values]) -> list[Finding]:
        findings = []
        if self.rejects:
            first = self.rejects[0]
            findings.append(
                Finding(
                    code="rejected_rows",
                    severity="warning",
                    parameters={
                        "n": len(self.rejects),
                        "n_rows": self.writer.n_rows,
                        "line": first.line,
                        "reason": first.reason,
                    },
                )  # fmt: skip
            )
        if found.left_out:
            findings.append(
                Finding(
                    code="json_part",
                    severity="info",
                    parameters={"part": found.part, "names": ", ".join(found.left_out[:10])},
                )
            )
        n_twice = max(reader.n_twice for reader in readers) if readers else 0
        if n_twice:
            twice = next(reader.twice for reader in readers if reader.twice)
            findings.append(
                Finding(
                    code="json_key_twice", severity="warning", parameters={"n": n_twice, "name": twice[:100]}
                )
            )
        if self.writer.n_replaced:
            findings.append(
                Finding(code="replaced_characters", severity="warning", parameters={"encoding": "Unicode"})
            )
        if self.header is False:
            findings.append(Finding(code="no_header", severity="info"))
        return findings

    def _write_rejects(self) -> Path | None:
        if not self.rejects:
            return None
        out = self.folder / "text-rejects.csv"
        with open(out, "w", encoding="utf-8", errors="replace", newline="") as file:
            rows = csv_format.writer(file)
            rows.writerow(["line", "reason", "text"])
            rows.writerows([r.line, r.reason, r.text] for r in self.rejects)
        return out

    def _too_many(self) -> UnreadableFile:
        first = self.rejects[0]
        return UnreadableFile(
            "json_rejected", file=self.file, n=len(self.rejects), n_rows=self.writer.n_rows + len(self.rejects),
            line=first.line, reason=first.reason,
        )  # fmt: skip


def _has_names(arrays: list[list[Any]]) -> bool:
    """Whether the first array holds names: distinct texts above rows that are not all texts."""
    first, rest = arrays[0], arrays[1:]
    plain = all(isinstance(cell, str) and not isinstance(cell, Number) and cell.strip() for cell in first)
    if not (plain and rest and len(set(first)) == len(first)):
        return False
    return any(not isinstance(cell, str) or isinstance(cell, Number) for row in rest for cell in row)


def _text(value: Any) -> str | None:
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case str():
            return str(value)
    return written(value)


def _encoding(head: bytes) -> str:
    """As RFC 4627 tells it: the first two characters are ASCII, so zeros show the width."""
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    zeros = [byte == 0 for byte in head[:4]]
    return {
        (True, True, True, False): "utf-32-be",
        (False, True, True, True): "utf-32-le",
        (True, False, True, False): "utf-16-be",
        (False, True, False, True): "utf-16-le",
    }.get(tuple(zeros), "utf-8")


def _damaged(file: str, error: Broken) -> UnreadableFile:
    return UnreadableFile(
        "json_damaged", file=file, line=error.line, column=error.column, detail=error.detail[:200]
    )


source = Source(
    key="json",
    title="JSON or JSON lines",
    suffixes=(".json", ".jsonl", ".ndjson", ".geojson"),
    accepts=accepts,
    read=read,
    order=40,
)
