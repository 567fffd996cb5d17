"""Columns that only tell rows apart, of which a model would learn the training rows by heart."""

from collections.abc import Iterable

from core.checks import Check, CheckSubject
from core.data.roles import is_identifier
from core.domain import Dataset, Finding, RecipeStep


def run(subject: CheckSubject) -> Iterable[Finding]:
    for column in subject.dataset.columns:
        if column.name != subject.target and is_identifier(column, subject.dataset.n_rows):
            used = column.role == "feature"
            yield Finding(
                code="identifier_used" if used else "identifier",
                severity="warning" if used else "info",
                subject=column.name,
            )


def cure(finding: Finding, dataset: Dataset) -> RecipeStep | None:
    if finding.code in ("identifier", "identifier_used"):
        return RecipeStep(step="drop", params={"columns": [finding.subject]})
    return None


check = Check(code="identifier", severity="info", run=run, cure=cure, order=30)
