"""Rows that occur more than once, identifiers left out of account."""

from collections.abc import Iterable

from core.checks import Check, CheckSubject
from core.data.engines.duckdb import identifier
from core.domain import Column, Dataset, Finding, RecipeStep

WARNING_SHARE = 0.05


def _compared(dataset: Dataset, target: str | None) -> list[Column]:
    return [c for c in dataset.columns if c.role in ("feature", "target") or c.name == target]


def run(subject: CheckSubject) -> Iterable[Finding]:
    columns = _compared(subject.dataset, subject.target)
    if len(columns) < 2:
        return
    # 64-bit hashes instead of whole rows: a chance collision among a million rows has odds of 1 in 10 million
    row = f"hash({', '.join(identifier(c.name) for c in columns)})"
    counted = subject.session.query(
        f"SELECT sum(n - 1) AS n FROM (SELECT count(*) AS n FROM data GROUP BY {row})"
    )
    n = int(counted.column("n")[0].as_py() or 0)
    if n:
        share = n / subject.dataset.n_rows
        yield Finding(
            code="duplicates",
            severity="warning" if share >= WARNING_SHARE else "info",
            parameters={"n": n, "share": share},
        )


def cure(finding: Finding, dataset: Dataset) -> RecipeStep | None:
    if finding.code != "duplicates":
        return None
    told_apart = [c.name for c in _compared(dataset, dataset.target)]
    return RecipeStep(step="deduplicate", params={"columns": told_apart, "keep": "first"})


check = Check(code="duplicates", severity="info", run=run, cure=cure, order=40)
