"""Numbers far away from all the others, which a mean or a network would follow. Removes none."""

from collections.abc import Iterable

from core.checks import Check, CheckSubject
from core.domain import NUMERIC_KINDS, Dataset, Finding, RecipeStep

FENCE = 10.0  # times the distance between the quartiles; Tukey's "far out" is 3, which long tails reach
CURED = 3.0
MIN_ROWS = 100
MAX_SHARE = 0.01
MAX_NAMED = 10


def run(subject: CheckSubject) -> Iterable[Finding]:
    import numpy as np

    found = []
    for column in subject.sampled(NUMERIC_KINDS):
        figures = column.statistics
        low, high = figures.get("q25"), figures.get("q75")
        if low is None or high is None or high <= low or column.role not in ("feature", "target"):
            continue
        below, above = low - FENCE * (high - low), high + FENCE * (high - low)
        if figures["min"] >= below and figures["max"] <= above:
            continue
        values = subject.sample.column(column.name).drop_null().to_numpy()
        share = float(np.mean((values < below) | (values > above))) if len(values) else 0.0
        if len(values) < MIN_ROWS or share > MAX_SHARE:
            continue
        extreme = figures["max"] if figures["max"] > above else figures["min"]
        found.append((column.name, extreme, low, high))
    for name, extreme, low, high in found[:MAX_NAMED]:
        yield Finding(
            code="outliers", severity="info", subject=name,
            parameters={"value": f"{extreme:,.6g}", "low": f"{low:,.6g}", "high": f"{high:,.6g}"},
        )  # fmt: skip


def cure(finding: Finding, dataset: Dataset) -> RecipeStep | None:
    """Features are brought back; a target is what it is, and must not be bent by what is learned of it."""
    if finding.code != "outliers" or finding.subject == dataset.target:
        return None
    return RecipeStep(step="clip", params={"columns": [finding.subject], "reach": CURED})


check = Check(code="outliers", severity="info", run=run, cure=cure, order=45)
