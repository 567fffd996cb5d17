"""The classic models a network is held against, one file each, readable without scikit-learn."""

import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.domain import Family, Kind, Task, TaskKind
from core.modalities import FLAT, InputSpec
from core.modalities._made_for import is_offered, refuse_without
from core.registry import Registry

if TYPE_CHECKING:
    from sklearn.base import BaseEstimator


@dataclass(frozen=True, kw_only=True)
class Baseline:
    """A classic model with settings that are good enough to keep.

    make(task, seed, n_rows, n_jobs) returns an unfitted scikit-learn estimator for n_rows
    training rows. max_rows: more training rows than these are sampled, by class.
    min_class_rows: classes with fewer training rows are left out of the fit.
    stops_early: whether its estimator's fit takes X_val and y_val, by which it decides when to stop; where it
        is made with early_stopping off it takes none.
    view: how it reads columns that have an input of their own (`core.modalities.Wide`).
    cell_us: microseconds of fitting for each number it learns from, roughly.
    made_for: the key of the modality without which it is not offered, if there is one.
    not_for: keys of modalities whose many columns of little meaning it wastes its time on.
    """

    key: str
    title: str
    summary: str
    make: Callable[[Task, int, int, int], "BaseEstimator"]
    family: Family = "classic"
    tasks: tuple[TaskKind, ...] = ("binary", "multiclass", "regression")
    max_rows: int | None = None
    min_class_rows: int = 1
    stops_early: bool = False
    view: str = FLAT
    cell_us: float = 1.0
    made_for: str | None = None
    not_for: tuple[str, ...] = ()
    order: int = 50

    def suits(self, kinds: Iterable[Kind]) -> bool:
        """Whether it is for tables whose features are of these kinds."""
        return is_offered(self, kinds)

    def check(self, inputs: Mapping[str, InputSpec]) -> None:
        """Raises NotApplicable if nothing among the prepared inputs is what it is made for."""
        refuse_without(self, inputs)


BASELINES: Registry[Baseline] = Registry(sys.modules[__name__], "baseline")
