"""Checks: each looks at a dataset and its target and says what is worth knowing. Mends nothing."""

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from core.data.engines.duckdb import identifier as quoted  # a check of this folder is called identifier
from core.data.media import MEDIA
from core.domain import ROW, Column, Dataset, Finding, Kind, RecipeStep, Severity
from core.registry import Registry

if TYPE_CHECKING:
    import pyarrow

    from core.data.catalog import Catalog
    from core.data.engines import Session

SAMPLE_ROWS = 30_000
SAMPLE_COLUMNS = 300

_RANK: dict[Severity, int] = {"serious": 0, "warning": 1, "info": 2}


@dataclass(frozen=True)
class CheckSubject:
    """What a check may look at: the dataset, the column to be predicted or None, and the table `data`."""

    dataset: Dataset
    target: str | None
    session: "Session"
    reading: tuple[Finding, ...] = ()

    @cached_property
    def target_column(self) -> Column | None:
        return None if self.target is None else self.dataset.column(self.target)

    @property
    def features(self) -> tuple[Column, ...]:
        """Columns with role "feature", the target left out."""
        return tuple(c for c in self.dataset.columns_with("feature") if c.name != self.target)

    @cached_property
    def sample(self) -> "pyarrow.Table":
        """`_row` and the first SAMPLE_COLUMNS columns of about SAMPLE_ROWS rows, spread evenly over the file.

        A table of fewer rows is here whole, but for files such as images, which would fill memory. The target is always among
        the columns.
        """
        names = [c.name for c in self.dataset.columns if c.kind not in MEDIA][:SAMPLE_COLUMNS]
        if self.target is not None and self.target not in names:
            names.append(self.target)
        step = max(1, self.dataset.n_rows // SAMPLE_ROWS)
        wanted = ", ".join(quoted(name) for name in names)
        return self.session.query(f"SELECT {ROW}, {wanted} FROM data WHERE {ROW} % {step} = 0 ORDER BY {ROW}")

    def sampled(self, kinds: Iterable[Kind]) -> Iterator[Column]:
        """The columns of these kinds that the sample holds."""
        kinds, held = set(kinds), set(self.sample.column_names)
        return (c for c in self.dataset.columns if c.kind in kinds and c.name in held)


def no_cure(finding: Finding, dataset: Dataset) -> RecipeStep | None:
    return None


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing that may be wrong. severity: of its findings, unless one of them says otherwise.

    run(subject): the findings, none when all is well or when the data lack what the check needs.
    cure(finding, dataset): the cleaning step that mends one of its findings, None where none does.
    """

    code: str
    severity: Severity
    run: Callable[[CheckSubject], Iterable[Finding]]
    order: int = 0
    cure: Callable[[Finding, Dataset], RecipeStep | None] = no_cure

    @property
    def key(self) -> str:
        return self.code


CHECKS: Registry[Check] = Registry(sys.modules[__name__], "check")


def run_checks(dataset: Dataset, target: str | None, catalog: "Catalog") -> tuple[Finding, ...]:
    """Every check's findings, the most serious first.

    Raises UnknownName when the target is no column.
    """
    with catalog.open(dataset) as session:
        subject = CheckSubject(dataset, target, session, catalog.reading_findings(dataset))
        if target is not None:
            dataset.column(target)
        found = [finding for check in CHECKS.values() for finding in check.run(subject)]
    return tuple(sorted(found, key=lambda finding: _RANK[finding.severity]))


def cure_of(finding: Finding, dataset: Dataset) -> RecipeStep | None:
    """The cleaning step that mends what a finding says, None where no check knows one."""
    if finding.subject is not None and finding.subject not in [c.name for c in dataset.columns]:
        return None
    return next(filter(None, (check.cure(finding, dataset) for check in CHECKS.values())), None)
