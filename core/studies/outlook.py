"""About how long each model of a run takes, before it is trained. Rough: from sizes and shares, timing nothing.

What a classic model takes for a cell was measured on tables of a thousand to thirty thousand rows; others may take a
few times more or less. A network's own epochs say better, once there are some.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.architectures import ARCHITECTURES
from core.baselines import BASELINES
from core.data.folds import n_fits, taught_share
from core.domain import Dataset, RunSpec
from core.runs.records import Record, first_records
from core.studies.budget import Budget

START_S = 8.0  # of a budget, for importing, reading and preparing, before anything learns
BLEND_S = 2.0
COLUMNS = 2.5  # prepared ones a column, in the mean


def foreseen(spec: RunSpec, dataset: Dataset, costs: Mapping[str, float] | None = None) -> tuple[Record, ...]:
    """The models of a run that has not begun, with the seconds each is expected to take. costs: as in `expected`."""
    n = n_fits(spec)
    once = expected(
        first_records(spec),
        spec,
        n_train=train_rows(spec, dataset),
        width=COLUMNS * len(spec.task.features),
        fitting_s=math.inf if spec.budget_s is None else _fitting_s(spec) / n,
        costs=costs,
    )
    return tuple(
        r if r.family == "ensemble" else replace(r, expected_s=r.expected_s and n * r.expected_s)
        for r in once
    )


def networks_s(records: Sequence[Record]) -> float | None:
    """Seconds that all networks are expected to take, one after another; None where nothing is known of one."""
    each = [r.expected_s for r in records if r.family == "deep"]
    return None if None in each else sum(each)


def train_rows(spec: RunSpec, dataset: Dataset) -> int:
    """How many rows will teach, give or take those without a target."""
    train, validation, test = spec.split.fractions
    whole = train + validation + (0 if spec.split.strategy == "file" else test)
    if spec.folds:
        train = (train + validation) * taught_share(spec)
    return max(1, int(dataset.n_rows * train / whole))


def expected(
    records: Sequence[Record],
    spec: RunSpec,
    *,
    n_train: int,
    width: float,
    fitting_s: float,
    costs: Mapping[str, float] | None = None,
) -> tuple[Record, ...]:
    """The records with the seconds each is expected to take to be fitted once; None for a network that nothing is known of.

    width: of the prepared rows. fitting_s: of the budget, what is left for it; infinite without one.
    costs: seconds that all epochs of a network would take, by its key, where it was tried out.
    """
    shares = sum(ARCHITECTURES[r.key].share for r in records if r.family == "deep" and not r.is_settled)

    def seconds(record: Record) -> float | None:
        if record.family == "ensemble":
            return BLEND_S
        if record.family != "deep":
            baseline = BASELINES[record.key]
            n_rows = min(n_train, baseline.max_rows or n_train)
            return min(fitting_s, baseline.cell_us * n_rows * width / 1e6)
        most_s = spec.models[record.number].most_s
        limits = [(costs or {}).get(record.key), most_s if math.isinf(fitting_s) else None]
        if not math.isinf(fitting_s):
            limits.append(fitting_s * ARCHITECTURES[record.key].share / shares)
        return min((s for s in limits if s is not None), default=None)

    return tuple(r if r.is_settled else replace(r, expected_s=seconds(r)) for r in records)


def _fitting_s(spec: RunSpec) -> float:
    budget = Budget(spec.budget_s, 0.0, 0.0)
    return max(0.0, budget.limit_s - budget.reserve_s - START_S)
