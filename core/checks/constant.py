"""Columns that say the same in every row, or nothing at all."""

from collections.abc import Iterable

from core.checks import Check, CheckSubject
from core.domain import Dataset, Finding, RecipeStep


def run(subject: CheckSubject) -> Iterable[Finding]:
    for column in subject.dataset.columns:
        if column.n_unique == 0:
            yield Finding(code="all_missing", severity="info", subject=column.name)
        elif column.n_unique == 1:
            value = str(next(iter(column.statistics.get("examples", ())), ""))[:60]
            yield Finding(
                code="constant",
                severity="info",
                subject=column.name,
                parameters={"value": value, "n_missing": column.n_missing},
            )


def cure(finding: Finding, dataset: Dataset) -> RecipeStep | None:
    if finding.code in ("constant", "all_missing"):
        return RecipeStep(step="drop", params={"columns": [finding.subject]})
    return None


check = Check(code="constant", severity="info", run=run, cure=cure, order=20)
