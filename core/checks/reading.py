"""What was noticed while the file was read: rows kept aside, names made up, dates read two ways."""

from collections.abc import Iterable

from core.checks import Check, CheckSubject
from core.checks._identities import has_national_id
from core.domain import NUMERIC_KINDS, Dataset, Finding, RecipeStep


def run(subject: CheckSubject) -> Iterable[Finding]:
    kinds = {column.name: column.kind for column in subject.dataset.columns}
    for finding in subject.reading:
        # a kind corrected since has answered these two
        if finding.code == "mixed_types" and kinds.get(finding.subject) in NUMERIC_KINDS:
            continue
        # identity numbers that end in X were never meant as numbers, and none is to be repeated
        if finding.code == "mixed_types" and has_national_id(str(finding.parameters.get("value", ""))):
            continue
        if finding.code == "ambiguous_dates" and kinds.get(finding.subject) != "date":
            continue
        yield finding


def cure(finding: Finding, dataset: Dataset) -> RecipeStep | None:
    if finding.code == "mixed_types":
        return RecipeStep(step="convert", params={"columns": [finding.subject], "kind": "decimal"})
    return None


check = Check(code="reading", severity="info", run=run, cure=cure)
