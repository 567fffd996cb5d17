"""Columns that become the same CSV on every machine, and the ways to spoil them. Knows no sample."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np


@dataclass
class Table:
    """Columns of text cells, equally long; an empty cell is a missing value.

    A number is turned into text as it is added, with a stated number of decimals, so that the
    last digits of a floating-point library never reach the file.
    """

    columns: dict[str, list[str]] = field(default_factory=dict)

    def number(self, name: str, values: Iterable[float], decimals: int = 0) -> None:
        # adding 0.0 turns the -0.0 that rounding leaves into 0.0
        self.columns[name] = [f"{round(float(v), decimals) + 0.0:.{decimals}f}" for v in values]

    def text(self, name: str, values: Iterable[object]) -> None:
        self.columns[name] = [str(v) for v in values]

    def yes_no(self, name: str, values: Iterable[object]) -> None:
        self.columns[name] = ["yes" if v else "no" for v in values]

    def date(self, name: str, values: np.ndarray, form: str = "%Y-%m-%d") -> None:
        """values: datetime64[D], shape (n,)."""
        self.columns[name] = [day.strftime(form) for day in values.astype("datetime64[D]").tolist()]

    def blank(self, name: str, where: np.ndarray) -> None:
        """Make cells missing. where: bool, shape (n,)."""
        self.columns[name] = ["" if gone else cell for cell, gone in zip(self.columns[name], where)]

    def rows(self, numbers: Iterable[int]) -> "Table":
        """The rows of those numbers, in that order; a number given twice is a duplicate row."""
        kept = list(numbers)
        return Table({name: [cells[i] for i in kept] for name, cells in self.columns.items()})

    def without(self, *names: str) -> "Table":
        return Table({name: cells for name, cells in self.columns.items() if name not in names})

    def to_csv(self) -> bytes:
        stream = io.StringIO()
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows(zip(*self.columns.values()))
        return stream.getvalue().encode("utf-8")
