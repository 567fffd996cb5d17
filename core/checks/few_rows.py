"""Too few rows for what is to be learnt from them."""

from collections.abc import Iterable

from core.checks import Check, CheckSubject
from core.domain import Finding

FEW_ROWS = 200
ROWS_A_FEATURE = 5


def run(subject: CheckSubject) -> Iterable[Finding]:
    target, n_features = subject.target_column, len(subject.features)
    n_usable = subject.dataset.n_rows - (target.n_missing if target else 0)
    if n_usable < FEW_ROWS:
        yield Finding(code="few_rows", severity="warning", parameters={"n": n_usable})
    elif n_usable < ROWS_A_FEATURE * n_features:
        parameters = {"n": n_usable, "n_features": n_features}
        yield Finding(code="few_rows_a_feature", severity="warning", parameters=parameters)


check = Check(code="few_rows", severity="warning", run=run, order=60)
