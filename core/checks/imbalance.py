"""Classes that are rare among the rows, so that guessing the common one looks good."""

from collections.abc import Iterable

from core.checks import Check, CheckSubject
from core.data.task import MAX_CLASSES, class_counts, natural_kind
from core.domain import CLASSIFICATION, Finding

WARNING_SHARE = 0.1
INFO_SHARE = 0.3
FEW_ROWS = 10


def run(subject: CheckSubject) -> Iterable[Finding]:
    target = subject.target_column
    n_usable = subject.dataset.n_rows - (target.n_missing if target else 0)
    if target is None or not 2 <= target.n_unique <= MAX_CLASSES or target.kind == "date":
        return
    kind = natural_kind(target, n_usable)
    if kind not in CLASSIFICATION:
        return
    counts = class_counts(subject.dataset, target.name)
    rarest, commonest = min(counts, key=counts.__getitem__), max(counts, key=counts.__getitem__)
    share = counts[rarest] / n_usable
    if kind == "binary" and share < INFO_SHARE:
        yield Finding(
            code="imbalance",
            severity="warning" if share < WARNING_SHARE else "info",
            subject=target.name,
            parameters={
                "rarest": rarest[:60],
                "share": share,
                "n": counts[rarest],
                "commonest": commonest[:60],
                "common_share": counts[commonest] / n_usable,
            },
        )
    rare = [name for name, n in counts.items() if n < FEW_ROWS]
    if rare:
        yield Finding(
            code="rare_classes",
            severity="warning",
            subject=target.name,
            parameters={
                "n": len(rare),
                "fewest": counts[rarest],
                "names": ", ".join(r[:30] for r in rare[:5]),
            },
        )


check = Check(code="imbalance", severity="warning", run=run, order=50)
