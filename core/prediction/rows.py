"""Somebody's new rows, from a file or a form, as typed rows in the contract's columns. Predicts nothing.

Widget options are no boundary: what a form sends is cast from text like a file's cells.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from core.data.columns import MAX_PROBLEMS, CellProblem, typed
from core.domain import Column
from core.prediction.contract import Contract, as_word

TypedRows = tuple[pd.DataFrame, tuple[CellProblem, ...]]


def rows_from_text(text: pd.DataFrame, matched: Mapping[str, str], contract: Contract) -> TypedRows:
    """A file's cells as typed rows, and the cells that did not fit their kind.

    text: a frame of text or None; matched: contract name → the frame's name for it.
    """
    wanted = text[[matched[n] for n in contract.names]].set_axis(contract.names, axis=1)
    return _typed(wanted, [f.as_column(plain=False) for f in contract.fields])


def rows_from_form(rows: Sequence[Mapping[str, Any]], contract: Contract) -> TypedRows:
    """Filled-in rows (column → value each) as typed rows, and the cells that did not fit.

    A column that a row lacks is missing there. Numbers and dates are read as programs write
    them, however the training file did: 1.5 and 2024-01-31.
    """
    text = pd.DataFrame(
        [[_as_text(row.get(f.name)) for f in contract.fields] for row in rows],
        columns=contract.names,
        dtype=object,
    )
    return _typed(text, [f.as_column(plain=True) for f in contract.fields])


def _typed(text: pd.DataFrame, columns: Sequence[Column]) -> TypedRows:
    """Cast; in halves where there are more problems than one cast tells of."""
    text = text.reset_index(drop=True)
    frame, problems = typed(text, columns)
    if len(problems) < MAX_PROBLEMS or len(text) < 2:
        return frame, problems
    half = len(text) // 2
    first, first_problems = _typed(text.iloc[:half], columns)
    second, second_problems = _typed(text.iloc[half:], columns)
    moved = tuple(replace(p, row=p.row + half) for p in second_problems)
    return pd.concat([first, second], ignore_index=True), (*first_problems, *moved)


def _as_text(value: Any) -> str | None:
    if value is None or value != value:
        return None
    # half of a character, as a program may send it, is none: no engine takes it
    return as_word(value).encode("utf-8", "ignore").decode("utf-8")
