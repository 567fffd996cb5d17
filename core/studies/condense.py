"""A preparation that makes few components of many columns, learned from a run's training rows; and what came of it in a sentence.

Source of the rows: `core.studies.prepare`, which lays them out on disk, so that memory does not grow with them.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from core.condensing import CONDENSERS, Condensed
from core.domain import Run
from core.errors import BadInput
from core.preparation import Preparation
from core.runs.records import folders_heard
from core.sentences import say
from core.training.batches import RowSource, rows_at_once

ROWS_A_COLUMN = 10  # with fewer rows for each column, condensing is proposed


def condensed(
    preparation: Preparation,
    way: str,
    rows: RowSource,
    seed: int,
    report: Callable[[], None] = lambda: None,
) -> Preparation:
    """rows: training rows by that preparation. report(): called once a batch; what it raises leaves it off.

    Raises UnknownName for a way that is not there, BadInput where no columns share a group.
    """
    width = preparation.group_width
    if not width:
        raise BadInput("nothing_to_condense", way=CONDENSERS[way].title.lower())

    def passes() -> Iterator[np.ndarray]:
        step = rows_at_once(max(rows.row_bytes, 4 * width))  # a code of four bytes may become many columns
        for start in range(0, rows.n, step):
            report()
            yield preparation.in_groups(rows.read(start, min(start + step, rows.n)).inputs)

    return replace(preparation, condensed=Condensed.fit(way, passes, rows.n, width, seed))


def is_wide(n_columns: int, n_rows: int) -> bool:
    """Whether columns are many against the rows, so that noise among them is easily learned by heart."""
    return n_columns * ROWS_A_COLUMN > n_rows


def said_of_condensing(run_folder: Path, run: Run) -> str:
    """What a finished run that condenses has made of its columns, in a sentence."""
    found = []
    for place in folders_heard(run_folder, run.spec):
        plain = json.loads((place / "preparation.json").read_text(encoding="utf-8"))
        found.append(Preparation.from_plain(plain).condensed)
    first = found[0]
    return say(
        f"condense.{first.way}",
        width=_range([f"{c.width:,}" for c in found]),
        n=_range([f"{c.n_components:,}" for c in sorted(found, key=lambda c: c.n_components)]),
        kept=_range([f"{c.kept:.0%}" for c in sorted(found, key=lambda c: c.kept)]),
        missed=_range([f"{1 - c.kept:.0%}" for c in sorted(found, key=lambda c: -c.kept)]),
    )


def _range(said: list[str]) -> str:
    """One figure, or what it ranges over in the folds."""
    return said[0] if said[0] == said[-1] else f"{said[0]} to {said[-1]}"
