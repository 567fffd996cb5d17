"""Cells without a value: how many, and where. Fills nothing in."""

from collections.abc import Iterable

from core.checks import Check, CheckSubject
from core.domain import NUMERIC_KINDS, Dataset, Finding, RecipeStep

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


def cure(finding: Finding, dataset: Dataset) -> RecipeStep | None:
    """Rows without a target go; a column that is mostly empty, too; other gaps are filled."""
    if finding.code == "target_missing":
        return RecipeStep(step="filter", params={"column": finding.subject, "comparison": "is there"})
    if finding.code != "missing":
        return None
    column = dataset.column(finding.subject)
    if column.n_missing >= WARNING_SHARE * dataset.n_rows:
        return RecipeStep(step="drop", params={"columns": [column.name]})
    method = "median" if column.kind in NUMERIC_KINDS else "most frequent"
    return RecipeStep(step="fill", params={"columns": [column.name], "method": method})


check = Check(code="missing", severity="info", run=run, cure=cure, order=10)
