"""The lines of a file that are no rows of its table, kept with their number and the reason. Judges none."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Where = Literal["above", "below", "rejected"]
REASONS: dict[Where, str] = {"above": "above the table", "below": "below the table"}
MOST_TEXT = 10_000  # characters of a line that are kept
HEADER = ["line", "reason", "text"]


@dataclass(frozen=True, kw_only=True)
class KeptAside:
    """line: its number in the file, from 1. n_lines: how many it covers, as an unclosed quotation mark does."""

    line: int
    where: Where
    reason: str
    text: str
    n_lines: int = 1


def titles(lines: Sequence[str], first: int = 1) -> list[KeptAside]:
    """The lines above a table, blank ones left out; `first` is the number of the first one."""
    return [
        KeptAside(line=number, where="above", reason=REASONS["above"], text=text)
        for number, text in enumerate(lines, start=first)
        if text.strip()
    ]


def write_kept_aside(kept: Iterable[KeptAside], path: Path) -> None:
    """One CSV file of them, in the order of the lines."""
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for one in sorted(kept, key=lambda one: one.line):
            writer.writerow([one.line, one.reason, one.text[:MOST_TEXT]])


def read_kept_aside(path: Path, most: int) -> list[dict[str, str]]:
    """The first of them: line, reason and text each."""
    with open(path, encoding="utf-8", newline="") as file:
        return [row for row, _ in zip(csv.DictReader(file), range(most))]
