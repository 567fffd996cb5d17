"""Predict a whole file, piece by piece, with memory that does not grow with its rows."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from core.data.media import MEDIA
from core.data.pixels import BRIGHTEST, LOOKED_AT, option_in
from core.data.sources._pixels import OPTION
from core.data.text_table import TextTable, read_text
from core.errors import ContractBroken, FathomError
from core.prediction.contract import Contract
from core.prediction.export import write_csv
from core.prediction.matching import match_columns
from core.prediction.rows import rows_from_text
from core.prediction.score import Scorer
from core.sentences import say

PIECE = 20_000  # rows at a time
PIECE_OF_FILES = 500  # where rows hold images or sounds

Report = Callable[[float, str], None]


@dataclass(frozen=True, kw_only=True)
class BatchResult:
    """n_doubtful: rows whose trust is not "ok"; doubts: rows by the code of a doubt.
    n_rejected: lines of the file that are no rows.
    """

    n_rows: int
    n_doubtful: int
    n_rejected: int
    doubts: Mapping[str, int] = field(default_factory=dict)


def predict_file(
    scorer: Scorer, path: Path, out: Path, *, keep_columns: bool = False, name: str | None = None,
    piece: int = PIECE, report: Report = lambda fraction, message: None,
) -> BatchResult:  # fmt: skip
    """Write prediction, p_<class> … or low and high, and trust for every row of a file, in its order.

    keep_columns: put the file's own columns, as text, before them, but for images and sounds. name: what sentences call the
    file, if not by its path. report: told the fraction done and what is done; what it raises
    ends the work, and nothing is left of it.
    Raises UnreadableFile, or ContractBroken with the difference in columns.
    """
    try:
        table, matched = _read(path, scorer.contract)
    except FathomError as error:
        raise _called(error, path.name, name) from error
    n_doubtful, doubts = 0, dict[str, int]()

    def pieces() -> Iterator[pd.DataFrame]:
        nonlocal n_doubtful
        done = 0
        files = [matched[f.name] for f in scorer.contract.fields if f.kind in MEDIA]
        for text in table.batches(min(piece, PIECE_OF_FILES) if files else piece):
            answers = scorer.answer(*rows_from_text(text, matched, scorer.contract))
            n_doubtful += answers.doubts.n_rows_doubted
            for code, n in answers.doubts.counts().items():
                doubts[code] = doubts.get(code, 0) + n
            done += len(text)
            report(done / max(table.n_rows, 1), say("stage.predicting", done=done, n=table.n_rows))
            yield _beside(text.drop(columns=files), answers.table()) if keep_columns else answers.table()

    n_rows = write_csv(pieces(), out)
    return BatchResult(n_rows=n_rows, n_doubtful=n_doubtful, n_rejected=table.n_rejected, doubts=doubts)


def _read(path: Path, contract: Contract) -> tuple[TextTable, Mapping[str, str]]:
    """The file's cells, and which of its columns is which of the contract's.

    Whether the first row holds names is a guess; where that guess does not fit the contract and
    the other one does, the other one was meant.
    """
    table = read_text(path)
    headerless = not table.options.get("header", True)
    try:
        return table, match_columns(table.names, contract, headerless=headerless)
    except ContractBroken as first:
        if (pixels := _pixels(table, contract)) is not None:
            table = read_text(path, {OPTION: pixels})
            return table, match_columns(table.names, contract, headerless=headerless)
        if "header" not in table.options or headerless == contract.headerless:
            raise
        try:
            other = read_text(path, {"header": headerless})
            return other, match_columns(other.names, contract, headerless=not headerless)
        except FathomError:
            raise first from None


def _pixels(table: TextTable, contract: Contract) -> dict[str, Any] | None:
    """The columns of pixels that are the image which the contract asks for, None where there are none."""
    images = [f for f in contract.fields if f.kind == "image"]
    if [f.name for f in images] != [MEDIA["image"].key]:
        return None
    found = option_in([next(table.batches(LOOKED_AT))], table.names)
    if found is not None and images[0].white is not None:
        return found | {"top": images[0].white}  # a dim file stays as dim as training rows of its kind were
    if found is not None and found["top"] < BRIGHTEST:  # a later row may be brighter
        return option_in(table.batches(LOOKED_AT), table.names) or found
    return found


def _called(error: FathomError, stored_as: str, name: str | None) -> FathomError:
    """The same error about the file by the name that its owner knows."""
    if name is None or error.parameters.get("file") != stored_as:
        return error
    return type(error)(error.code, **{**error.parameters, "file": name})


def _beside(text: pd.DataFrame, answers: pd.DataFrame) -> pd.DataFrame:
    """The file's columns and the answers; one of the file's that is called like an answer is renamed."""
    taken = {*text.columns, *answers.columns}
    names = {}
    for name in text.columns.intersection(answers.columns):
        renamed = f"{name} (file)"
        while renamed in taken:
            renamed += "'"
        names[name] = renamed
        taken.add(renamed)
    own = text.rename(columns=names).reset_index(drop=True)
    return pd.concat([own, answers.reset_index(drop=True)], axis=1)
