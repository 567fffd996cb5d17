"""Which rows each fold leaves out: the same for every model, whatever order rows are read in. Trains nothing.

The rows that do not judge are cut into k folds. Each fold is left out once, by a model that learned from
the others; so every row gets an answer of a model that has never seen it. Repeated, the rows are cut anew.
In order of time windows grow instead: what comes before a fold teaches, what comes after it waits.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from core.data.catalog import Catalog
from core.domain import CLASSIFICATION, ROW, Dataset, RunSpec
from core.errors import BadInput

FEWEST, MOST = 2, 20
MOST_REPEATS = 10
NEVER = 0  # of a row that no fold leaves out, since nothing comes before it in time


def check_folds(spec: RunSpec) -> None:
    """Raises BadInput for numbers that cannot be, or that mean nothing for the split."""
    if spec.folds and not FEWEST <= spec.folds <= MOST:
        raise BadInput("folds_number", folds=spec.folds, least=FEWEST, most=MOST)
    if not 1 <= spec.repeats <= MOST_REPEATS:
        raise BadInput("repeats_number", repeats=spec.repeats, most=MOST_REPEATS)
    if spec.repeats > 1 and not spec.folds:
        raise BadInput("repeats_without_folds", repeats=spec.repeats)
    if spec.repeats > 1 and spec.split.strategy == "chronological":
        raise BadInput("repeats_in_time")


def n_fits(spec: RunSpec) -> int:
    """How often each model is trained: once, or once a fold of every repeat."""
    return spec.folds * spec.repeats if spec.folds else 1


def taught_share(spec: RunSpec) -> float:
    """Of the rows that do not judge, those that a fold's models learn from, the mean of all folds."""
    in_time = spec.split.strategy == "chronological"
    return 0.5 if in_time else (spec.folds - 1) / spec.folds


def cut_rows(spec: RunSpec, dataset: Dataset, rows: np.ndarray, catalog: Catalog) -> np.ndarray:
    """(repeats, n) int16: the fold from 1 that leaves each row out, or NEVER.

    spec: one that `check_folds` lets pass; the same gives the same folds. rows: (n,) numbers of the
    dataset's rows that do not judge, ascending.
    Raises BadInput when there are too few rows, groups or moments.
    """
    if len(rows) < spec.folds:
        raise BadInput("folds_few_rows", folds=spec.folds, n=len(rows))
    match spec.split.strategy:
        case "chronological":
            moments = _values(dataset, spec.split.column, rows, catalog)
            return _windows(moments, spec)[None]
        case "grouped":
            groups = _groups(_values(dataset, spec.split.column, rows, catalog))
            return np.stack([_by_group(groups, spec, rng) for rng in _randomness(spec)])
    classes = np.zeros(len(rows), np.int64)
    if spec.split.strategy != "random" and spec.task.kind in CLASSIFICATION:
        classes = _groups(_values(dataset, spec.task.target, rows, catalog))
    return np.stack([_by_class(classes, spec.folds, rng) for rng in _randomness(spec)])


def _randomness(spec: RunSpec) -> list[np.random.Generator]:
    return [np.random.default_rng([spec.split.seed, repeat]) for repeat in range(spec.repeats)]


def _values(dataset: Dataset, column: str, rows: np.ndarray, catalog: Catalog) -> pd.Series:
    """The column's values in those rows, in their order."""
    pieces = []
    for frame in catalog.batches(dataset, [column]):
        pieces.append(frame.loc[np.isin(frame[ROW].to_numpy(), rows), column])
    return pd.concat(pieces, ignore_index=True)


def _groups(values: pd.Series) -> np.ndarray:
    """(n,) code of each row's group; a row without a value is a group of its own."""
    codes = pd.factorize(values.astype(str).where(values.notna()), sort=True)[0].astype(np.int64)
    alone = codes < 0
    codes[alone] = codes.max(initial=-1) + 1 + np.arange(alone.sum())
    return codes


def _by_class(classes: np.ndarray, folds: int, rng: np.random.Generator) -> np.ndarray:
    """Rows dealt out class by class, going on where the class before ended: folds of equal size and mix."""
    mixed = rng.permutation(len(classes))
    mixed = mixed[np.argsort(classes[mixed], kind="stable")]
    fold_of = np.empty(len(classes), np.int16)
    fold_of[mixed] = 1 + np.arange(len(classes)) % folds
    return fold_of


def _by_group(groups: np.ndarray, spec: RunSpec, rng: np.random.Generator) -> np.ndarray:
    """Whole groups, the large ones first, each to the fold that has the fewest rows by then."""
    sizes = np.bincount(groups)
    if len(sizes) < spec.folds:
        raise BadInput("folds_few_groups", column=spec.split.column, n=len(sizes), folds=spec.folds)
    mixed = rng.permutation(len(sizes))
    filled, fold_of_group = np.zeros(spec.folds, np.int64), np.empty(len(sizes), np.int16)
    for group in mixed[np.argsort(-sizes[mixed], kind="stable")]:
        fold = int(filled.argmin())
        fold_of_group[group] = fold + 1
        filled[fold] += sizes[group]
    return fold_of_group[groups]


def _windows(moments: pd.Series, spec: RunSpec) -> np.ndarray:
    """Stretches of time, the first of which only teaches; rows of one moment stay together."""
    codes, known = pd.factorize(moments, sort=True)
    if len(known) <= spec.folds:
        raise BadInput("folds_few_moments", column=spec.split.column, n=len(known), folds=spec.folds)
    ends = _ends(np.bincount(codes[codes >= 0]), spec.folds + 1)
    fold_of = np.searchsorted(ends, codes, side="right").astype(np.int16)
    fold_of[codes < 0] = NEVER  # without a moment it teaches all, as in a split by time
    return fold_of


def _ends(sizes: Sequence[int], n: int) -> list[int]:
    """The moments before which n stretches of about equally many rows end, the last one left out; none is empty."""
    middle = np.cumsum(sizes) - np.asarray(sizes) / 2
    ends = [int(np.searchsorted(middle, np.sum(sizes) * i / n)) for i in range(1, n)]
    for i in range(len(ends)):
        ends[i] = max(ends[i], (ends[i - 1] if i else 0) + 1)
    for i in reversed(range(len(ends))):
        ends[i] = min(ends[i], (ends[i + 1] if i + 1 < len(ends) else len(sizes)) - 1)
    return ends
