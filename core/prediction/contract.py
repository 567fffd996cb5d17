"""What new rows must look like: columns, kinds, choices and ranges, as the training rows had them.

The contract travels with the run. A form is drawn from it, a file is matched against it, and
each row gets a badge: what of it the model has never seen.
"""

import difflib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core import codec
from core.domain import NUMERIC_KINDS, Column, Dataset, Kind, Task
from core.errors import BadInput, ContractBroken
from core.sentences import say

FORMAT = 1
MOST_CHOICES = 1_000
GENERATED = re.compile(r"column_\d+")


@dataclass(frozen=True, kw_only=True)
class Field:
    """One feature as the training rows had it.

    choices: every value, most frequent first, for categories; empty if there were too many.
    low, high, typical: numbers, or ISO dates as text; typical is the median or the most frequent.
    may_miss: whether training rows lacked it, so that the model has learned what that means.
    """

    name: str
    kind: Kind
    unit: str | None = None
    choices: tuple[str, ...] = ()
    low: Any = None
    high: Any = None
    typical: Any = None
    may_miss: bool = False
    date_format: str | None = None


@dataclass(frozen=True, kw_only=True)
class Contract:
    task: Task
    fields: tuple[Field, ...]
    headerless: bool = False
    format: int = FORMAT

    @property
    def names(self) -> list[str]:
        return [f.name for f in self.fields]

    def columns(self) -> tuple[Column, ...]:
        """The fields as columns, for casting raw text to their kinds."""
        return tuple(
            Column(
                name=f.name, kind=f.kind, statistics={"date_format": f.date_format} if f.date_format else {}
            )
            for f in self.fields
        )


def make_contract(frame: pd.DataFrame, dataset: Dataset, task: Task) -> Contract:
    """Read the contract off the training rows. frame: training rows with the task's features."""
    fields = tuple(_field(frame[name], dataset.column(name)) for name in task.features)
    return Contract(task=task, fields=fields, headerless=not dataset.options.get("header", True))


def load_contract(run_folder: Path) -> Contract:
    plain = json.loads((run_folder / "contract.json").read_text(encoding="utf-8"))
    if plain.get("format") != FORMAT:
        raise BadInput("contract_format", found=plain.get("format"), expected=FORMAT)
    return codec.from_plain(Contract, plain)


def _field(series: pd.Series, column: Column) -> Field:
    present = series.dropna()
    common: dict[str, Any] = {
        "name": column.name,
        "kind": column.kind,
        "unit": column.unit,
        "may_miss": len(present) < len(series),
        "date_format": column.statistics.get("date_format"),
    }
    if present.empty:
        return Field(**common)
    if column.kind in NUMERIC_KINDS:
        median = float(present.median())
        typical = round(median) if column.kind == "integer" else median
        return Field(**common, low=present.min().item(), high=present.max().item(), typical=typical)
    if column.kind == "date":
        ordered = present.sort_values()
        low, typical, high = (ordered.iloc[i].isoformat() for i in (0, len(ordered) // 2, -1))
        return Field(**common, low=low, high=high, typical=typical)
    counts = present.astype(str).value_counts()
    if column.kind == "boolean":
        return Field(**common, choices=tuple(counts.index), typical=str(counts.index[0]))
    choices = tuple(counts.index) if len(counts) <= MOST_CHOICES else ()
    return Field(**common, choices=choices, typical=str(counts.index[0]))


def match_columns(names: Sequence[str], contract: Contract, *, headerless: bool) -> dict[str, str]:
    """Contract name → the file's name for it, by name first exactly, then but for case and blanks.

    A headerless file with exactly the features, or the features and the target, is matched
    by position when training had no header either.
    Raises ContractBroken naming what is absent and what is there instead.
    """
    wanted = contract.names
    if headerless and contract.headerless:
        return _match_by_position(names, contract)
    found = {n: n for n in wanted if n in names}
    loose = {_loosely(n): n for n in reversed(names)}
    for name in wanted:
        if name not in found and _loosely(name) in loose:
            found[name] = loose[_loosely(name)]
    absent = [n for n in wanted if n not in found]
    if absent:
        spare = [n for n in names if n not in found.values() and n != contract.task.target]
        raise ContractBroken(
            "columns_missing",
            n=len(absent),
            absent=_listed(absent),
            spare=_listed(spare),
            hint=_hint(absent, spare),
        )
    return found


def _match_by_position(names: Sequence[str], contract: Contract) -> dict[str, str]:
    wanted = contract.names
    if all(n in names for n in wanted) and len(names) > len(wanted):
        return {n: n for n in wanted}  # the file still has the target's column
    if len(names) == len(wanted):
        return dict(zip(wanted, names))
    if all(n in names for n in wanted):
        return {n: n for n in wanted}
    raise ContractBroken("columns_count", found=len(names), expected=len(wanted))


def _loosely(name: str) -> str:
    return re.sub(r"[\s_\-]+", "_", name.strip().casefold())


def _listed(names: Sequence[str]) -> str:
    return (
        ", ".join(f"'{n}'" for n in names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")
    ) or "none"


def _hint(absent: Sequence[str], spare: Sequence[str]) -> str:
    pairs = [(a, close[0]) for a in absent if (close := difflib.get_close_matches(a, spare, n=1, cutoff=0.7))]
    return "".join(f" Is '{s}' meant to be '{a}'?" for a, s in pairs[:3])


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """One thing about a row the model has not seen. code: missing, unseen, out_of_range, unreadable."""

    code: str
    column: str
    value: str = field(default="")

    @property
    def sentence(self) -> str:
        return say(f"doubt.{self.code}", column=self.column, value=self.value)


def doubts(
    frame: pd.DataFrame, contract: Contract, unreadable: Sequence[tuple[int, str, str]] = ()
) -> list[list[Doubt]]:
    """What is doubtful about each row of typed values, in the contract's column order.

    unreadable: (position of the row, column, text) of cells that did not fit their kind.
    """
    rows: list[list[Doubt]] = [[] for _ in range(len(frame))]
    misread = {(position, column): text for position, column, text in unreadable}
    for f in contract.fields:
        series = frame[f.name]
        missing = series.isna().to_numpy()
        for position in np.flatnonzero(missing):
            text = misread.get((int(position), f.name))
            if text is not None:
                rows[position].append(Doubt(code="unreadable", column=f.name, value=text))
            elif not f.may_miss:
                rows[position].append(Doubt(code="missing", column=f.name))
        code, odd = _odd(series, missing, f)
        for position in np.flatnonzero(odd):
            rows[position].append(Doubt(code=code, column=f.name, value=str(series.iloc[position])[:80]))
    return rows


def _odd(series: pd.Series, missing: np.ndarray, f: Field) -> tuple[str, np.ndarray]:
    if f.kind in NUMERIC_KINDS and f.low is not None:
        values = pd.to_numeric(series, errors="coerce").to_numpy(np.float64, na_value=np.nan)
        return "out_of_range", ~missing & ((values < f.low) | (values > f.high))
    if f.kind == "date" and f.low is not None:
        values = pd.to_datetime(series, errors="coerce")
        return "out_of_range", ~missing & ((values < f.low) | (values > f.high)).to_numpy()
    if f.kind == "category" and f.choices:
        return "unseen", ~missing & ~series.astype(str).isin(f.choices).to_numpy()
    return "unseen", np.zeros(len(series), bool)
