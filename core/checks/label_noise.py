"""Rows that look alike and have different answers: no model can get all of them right."""

from collections.abc import Iterable

from core.checks import Check, CheckSubject
from core.checks._likeness import keys, rows
from core.data.task import MAX_CLASSES
from core.domain import Finding

MIN_FEATURES = 2
MIN_ROWS, SHARE = 10, 0.02


def run(subject: CheckSubject) -> Iterable[Finding]:
    import numpy as np
    import pandas as pd

    target = subject.target_column
    held = set(subject.sample.column_names)
    features = [c for c in subject.features if c.name in held]
    if (
        target is None
        or target.kind not in ("category", "boolean", "integer")
        or not 2 <= target.n_unique <= min(MAX_CLASSES, 30)
        or len(features) < MIN_FEATURES
    ):
        return
    answers = subject.sample.column(target.name).to_pandas()
    frame = pd.DataFrame(
        {"group": rows(keys(subject, features, near=True)), "answer": pd.factorize(answers)[0]}
    )
    counts = frame[frame["answer"] >= 0].groupby(["group", "answer"]).size()
    in_group = counts.groupby(level="group")
    # of rows that look alike, at best those with the commonest answer are predicted right
    n = int((in_group.sum() - in_group.max()).sum())
    n_sampled = int(counts.sum())
    if n >= MIN_ROWS and n >= SHARE * n_sampled:
        share = n / n_sampled
        chance = 1 - float(np.max(frame["answer"].value_counts(normalize=True)))
        # as many as by blind guessing means that the features say nothing, which is another matter
        if share < 0.9 * chance:
            yield Finding(
                code="label_noise", severity="info", subject=target.name,
                parameters={"n": n, "n_sampled": n_sampled, "share": share},
            )  # fmt: skip


check = Check(code="label_noise", severity="info", run=run, order=55)
