"""Words that hardly ever occur twice without quite being an identifier: they say little by themselves."""

from collections.abc import Iterable

from core.checks import Check, CheckSubject
from core.data.roles import is_identifier
from core.domain import Finding

MIN_ROWS = 100
SHARE = 0.9
LONGEST = 30  # mean length: longer ones are prose, which is read word by word


def run(subject: CheckSubject) -> Iterable[Finding]:
    n_rows = subject.dataset.n_rows
    for column in subject.features:
        n_present = n_rows - column.n_missing
        if (
            column.kind in ("category", "text")
            and n_present >= MIN_ROWS
            and column.n_unique >= SHARE * n_present
            and (column.statistics.get("mean_length") or 0) <= LONGEST
            and not is_identifier(column, n_rows)
        ):
            parameters = {"n": column.n_unique, "n_present": n_present}
            yield Finding(code="near_unique", severity="info", subject=column.name, parameters=parameters)


check = Check(code="near_unique", severity="info", run=run, order=35)
