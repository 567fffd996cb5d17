"""The classic models a network is held against, one file each, readable without scikit-learn."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.domain import Family, Task, TaskKind
from core.registry import Registry

if TYPE_CHECKING:
    from sklearn.base import BaseEstimator


@dataclass(frozen=True, kw_only=True)
class Baseline:
    """A classic model with settings that are good enough to keep.

    make(task, seed, n_rows, n_jobs) returns an unfitted scikit-learn estimator for n_rows
    training rows. max_rows: more training rows than these are sampled, by class.
    min_class_rows: classes with fewer training rows are left out of the fit.
    """

    key: str
    title: str
    summary: str
    make: Callable[[Task, int, int, int], "BaseEstimator"]
    family: Family = "classic"
    tasks: tuple[TaskKind, ...] = ("binary", "multiclass", "regression")
    max_rows: int | None = None
    min_class_rows: int = 1
    order: int = 50


BASELINES: Registry[Baseline] = Registry(sys.modules[__name__], "baseline")
