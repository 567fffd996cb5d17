"""Cells without a value: how many, and where. Fills nothing in."""

from collections.abc import Iterable

from core.checks import Check, CheckSubject
from core.domain import Finding

MAX_NAMED = 20
WARNING_SHARE = 0.4


def run(subject: CheckSubject) -> Iterable[Finding]:
    n_rows = subject.dataset.n_rows
    target = subject.target_column
    if target is not None and 0 < target.n_missing:
        yield Finding(
            code="target_missing",
            severity="warning",
            subject=target.name,
            parameters={"n": target.n_missing, "share": target.n_missing / n_rows},
        )
    gappy = [column for column in subject.features if 0 < column.n_missing < n_rows]
    gappy.sort(key=lambda column: -column.n_missing)
    for column in gappy[:MAX_NAMED]:
        share = column.n_missing / n_rows
        yield Finding(
            code="missing",
            severity="warning" if share >= WARNING_SHARE else "info",
            subject=column.name,
            parameters={"n": column.n_missing, "share": share},
        )
    if len(gappy) > MAX_NAMED:
        yield Finding(code="missing_elsewhere", severity="info", parameters={"n": len(gappy) - MAX_NAMED})


check = Check(code="missing", severity="info", run=run, order=10)
