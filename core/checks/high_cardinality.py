"""Categories with so many values that most occur too rarely to learn from."""

from collections.abc import Iterable

from core.checks import Check, CheckSubject
from core.domain import Finding

MANY_VALUES = 50
ROWS_A_VALUE = 20


def run(subject: CheckSubject) -> Iterable[Finding]:
    for column in subject.features:
        n_present = subject.dataset.n_rows - column.n_missing
        if (
            column.kind == "category"
            and column.n_unique > MANY_VALUES
            and n_present < ROWS_A_VALUE * column.n_unique
        ):
            parameters = {"n": column.n_unique, "rows_a_value": n_present / column.n_unique}
            yield Finding(
                code="high_cardinality", severity="info", subject=column.name, parameters=parameters
            )


check = Check(code="high_cardinality", severity="info", run=run, order=70)
