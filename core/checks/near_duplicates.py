"""Rows that repeat another but for spelling, blanks or rounding. Leaves exact repetitions to their own check."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from core.checks import Check, CheckSubject
from core.checks._likeness import keys, rows
from core.domain import Finding

if TYPE_CHECKING:
    import pandas

MIN_COLUMNS = 3  # rows of fewer are alike by chance
SHARE = 0.005


def run(subject: CheckSubject) -> Iterable[Finding]:
    import numpy as np

    held = set(subject.sample.column_names)
    columns = [c for c in (*subject.features, subject.target_column) if c is not None and c.name in held]
    # where all is rounded or all is one of a few words, rows meet without being the same thing twice
    telling = [c for c in columns if c.kind in ("category", "text", "decimal") and c.n_unique > 20]
    if len(columns) < MIN_COLUMNS or not telling or subject.sample.num_rows < 50:
        return
    exact = np.unique(rows(keys(subject, columns, near=False)), return_index=True)[1]
    codes = keys(subject, columns, near=True).iloc[exact]
    n = _repeated(codes)
    # the same with the most telling column shuffled: as many rows meet by chance
    most_telling = max(telling, key=lambda column: column.n_unique).name
    shuffled = np.random.default_rng(0).permutation(codes[most_telling].to_numpy())
    n -= _repeated(codes.assign(**{most_telling: shuffled}))
    if n >= 3 and n >= SHARE * subject.sample.num_rows:
        yield Finding(
            code="near_duplicates", severity="info",
            parameters={"n": n, "n_sampled": subject.sample.num_rows},
        )  # fmt: skip


def _repeated(codes: "pandas.DataFrame") -> int:
    import numpy as np

    return len(codes) - len(np.unique(rows(codes)))


check = Check(code="near_duplicates", severity="info", run=run, order=42)
