"""What was noticed while the file was read: rows kept aside, names made up, dates read two ways."""

from collections.abc import Iterable

from core.checks import Check, CheckSubject
from core.domain import NUMERIC_KINDS, Finding


def run(subject: CheckSubject) -> Iterable[Finding]:
    kinds = {column.name: column.kind for column in subject.dataset.columns}
    for finding in subject.reading:
        # a kind corrected since has answered these two
        if finding.code == "mixed_types" and kinds.get(finding.subject) in NUMERIC_KINDS:
            continue
        if finding.code == "ambiguous_dates" and kinds.get(finding.subject) != "date":
            continue
        yield finding


check = Check(code="reading", severity="info", run=run)
