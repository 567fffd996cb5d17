"""Predict a whole file, piece by piece, with memory that does not grow with its rows."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from core.data.columns import typed
from core.data.text_table import read_text
from core.prediction.contract import match_columns
from core.prediction.export import write_csv
from core.prediction.score import Scorer

PIECE = 20_000  # rows at a time


@dataclass(frozen=True, kw_only=True)
class BatchResult:
    """n_doubtful: rows whose trust is not "ok"; n_rejected: lines of the file that are no rows."""

    n_rows: int
    n_doubtful: int
    n_rejected: int


def predict_file(
    scorer: Scorer, path: Path, out: Path, *, keep_columns: bool = False,
    report: Callable[[float, str], None] = lambda fraction, message: None,
) -> BatchResult:  # fmt: skip
    """Write prediction, p_<class> … and trust for every row of a file, in its order.

    keep_columns: put the file's own columns, as text, before them.
    Raises UnreadableFile, or ContractBroken with the difference in columns.
    """
    table = read_text(path)
    names = match_columns(table.names, scorer.contract, headerless=not table.options.get("header", True))
    n_doubtful = 0

    def pieces() -> Iterator[pd.DataFrame]:
        nonlocal n_doubtful
        done = 0
        for text in table.batches(PIECE):
            wanted = text[[names[n] for n in scorer.contract.names]].set_axis(scorer.contract.names, axis=1)
            frame, unreadable = typed(wanted, scorer.contract.columns())
            answers = scorer.answer(frame, unreadable).table() if len(frame) else _empty(scorer)
            n_doubtful += int((answers["trust"] != "ok").sum())
            done += len(frame)
            report(done / max(table.n_rows, 1), "")
            yield pd.concat([text.reset_index(drop=True), answers], axis=1) if keep_columns else answers

    n_rows = write_csv(pieces(), out)
    return BatchResult(n_rows=n_rows, n_doubtful=n_doubtful, n_rejected=table.n_rejected)


def _empty(scorer: Scorer) -> pd.DataFrame:
    probabilities = [f"p_{name}" for name in scorer.task.classes]
    return pd.DataFrame(columns=["prediction", *probabilities, "trust"])
