"""What is doubtful about each new row: what of it the model has not seen in training. Judges no prediction."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.data.columns import CellProblem
from core.domain import NUMERIC_KINDS
from core.figures import as_typed
from core.prediction.contract import Contract, Field, as_word
from core.sentences import say

TRUSTED = "ok"
MOST_SAID = 5  # doubts about one row that are spelled out; the rest is counted
MOST_CHARACTERS = 80


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """One thing about a row. code: missing, unseen, out_of_range, unreadable, new_words.

    value: what the cell holds; low, high: what training rows held. Of new words: which, how many of how many.
    """

    code: str
    column: str
    value: str = ""
    low: str = ""
    high: str = ""

    @property
    def sentence(self) -> str:
        return say(f"doubt.{self.code}", column=self.column, value=self.value, low=self.low, high=self.high)


@dataclass(frozen=True)
class Doubts:
    """Doubts about n_rows rows. kinds: the distinct ones; rows, which: (d,) each, the row (rising)
    and the place in `kinds` of every single doubt."""

    n_rows: int
    kinds: tuple[Doubt, ...]
    rows: np.ndarray
    which: np.ndarray

    @property
    def n_rows_doubted(self) -> int:
        return len(np.unique(self.rows))

    def by_row(self) -> list[list[Doubt]]:
        lists: list[list[Doubt]] = [[] for _ in range(self.n_rows)]
        for row, place in zip(self.rows.tolist(), self.which.tolist()):
            lists[row].append(self.kinds[place])
        return lists

    def trust(self) -> np.ndarray:
        """(n_rows,) texts: "ok", or what is doubtful about the row."""
        said = [doubt.sentence for doubt in self.kinds]
        texts = np.full(self.n_rows, TRUSTED, dtype=object)
        starts = np.flatnonzero(np.r_[True, np.diff(self.rows) > 0]) if len(self.rows) else np.array([], int)
        for start, end in zip(starts, np.r_[starts[1:], len(self.rows)]):
            sentences = [said[place] for place in self.which[start : min(end, start + MOST_SAID)]]
            if end - start > MOST_SAID:
                sentences.append(say("doubt.more", n=int(end - start - MOST_SAID)))
            texts[self.rows[start]] = "; ".join(sentences)
        return texts

    def counts(self) -> dict[str, int]:
        """How many rows there are with doubts of each code."""
        codes = np.array([doubt.code for doubt in self.kinds], dtype=object)[self.which]
        return {str(code): len(np.unique(self.rows[codes == code])) for code in sorted(set(codes))}


def with_more(doubts: Doubts, found: Sequence[tuple[int, Doubt]]) -> Doubts:
    """found: (row, doubt) each, which come after those a row has already."""
    if not found:
        return doubts
    rows = np.concatenate([doubts.rows, np.array([row for row, _ in found], np.int64)])
    places = np.arange(len(found)) + len(doubts.kinds)
    order = np.argsort(rows, kind="stable")
    kinds = (*doubts.kinds, *(doubt for _, doubt in found))
    return Doubts(doubts.n_rows, kinds, rows[order], np.concatenate([doubts.which, places])[order])


def find_doubts(frame: pd.DataFrame, contract: Contract, problems: Sequence[CellProblem] = ()) -> Doubts:
    """frame: typed rows with the contract's columns; problems: cells that did not fit their kind."""
    unreadable: dict[str, dict[int, str]] = {}
    for problem in problems:
        unreadable.setdefault(problem.column, {})[problem.row] = problem.value
    kinds: list[Doubt] = []
    rows, which = [np.array([], np.int64)], [np.array([], np.int64)]
    for f in contract.fields:
        for positions, doubts, places in _of_field(frame[f.name], f, unreadable.get(f.name, {})):
            rows.append(positions)
            which.append(places + len(kinds))
            kinds.extend(doubts)
    all_rows, all_which = np.concatenate(rows), np.concatenate(which)
    order = np.argsort(all_rows, kind="stable")
    return Doubts(len(frame), tuple(kinds), all_rows[order], all_which[order])


def _of_field(
    series: pd.Series, f: Field, unreadable: dict[int, str]
) -> Iterator[tuple[np.ndarray, list[Doubt], np.ndarray]]:
    """(rows, distinct doubts, which of them each row has) of one column, a code at a time."""
    if unreadable:
        positions = np.fromiter(unreadable, np.int64, len(unreadable))
        texts, places = np.unique(np.array([str(t) for t in unreadable.values()]), return_inverse=True)
        yield positions, [Doubt(code="unreadable", column=f.name, value=_short(t)) for t in texts], places
    missing = series.isna().to_numpy()
    if not f.may_miss:
        lacking = missing.copy()
        lacking[list(unreadable)] = False
        positions = np.flatnonzero(lacking)
        if len(positions):
            yield positions, [Doubt(code="missing", column=f.name)], np.zeros(len(positions), np.int64)
    code, strange = _strange(series, missing, f)
    positions = np.flatnonzero(strange)
    if len(positions):
        places, values = pd.factorize(series.iloc[positions])
        yield positions, [_doubt(code, f, value) for value in values], places


def _strange(series: pd.Series, missing: np.ndarray, f: Field) -> tuple[str, np.ndarray]:
    """The code that this kind of column can have, and which rows have it."""
    if f.kind in NUMERIC_KINDS and f.low is not None:
        values = pd.to_numeric(series, errors="coerce").to_numpy(np.float64, na_value=np.nan)
        return "out_of_range", (values < f.low) | (values > f.high)  # false where missing
    if f.kind == "date" and f.low is not None:
        dates = pd.to_datetime(series, errors="coerce")
        odd = (dates < pd.Timestamp(f.low)) | (dates > pd.Timestamp(f.high))
        return "out_of_range", odd.to_numpy(bool)
    if f.knows_all_choices:
        return "unseen", ~missing & ~series.map(as_word, na_action="ignore").isin(f.choices).to_numpy(bool)
    return "unseen", np.zeros(len(series), bool)


def _doubt(code: str, f: Field, value: object) -> Doubt:
    if code == "unseen":
        return Doubt(code=code, column=f.name, value=_short(as_word(value)))
    value, low, high = (spoken(v, f) for v in (value, f.low, f.high))
    return Doubt(code=code, column=f.name, value=value, low=low, high=high)


def spoken(value: object, f: Field) -> str:
    """A value of the field as a sentence says it: 5 rather than 5.0, a day without 00:00:00."""
    if f.kind == "integer":
        return str(int(value))
    if f.kind == "date":
        moment = pd.Timestamp(value)
        return f"{moment:%Y-%m-%d %H:%M}" if f.has_time else f"{moment:%Y-%m-%d}"
    return as_typed(value) if f.kind == "decimal" else str(value)


def _short(text: object) -> str:
    said = str(text)
    return said if len(said) <= MOST_CHARACTERS else f"{said[:MOST_CHARACTERS]}…"
