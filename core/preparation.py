"""From a table's rows to a model's inputs, fitted on training rows alone. Knows no model.

A value of the test rows never decides a scale, a vocabulary or which columns are kept.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from core.codec import from_plain, to_plain
from core.condensing import Condensed
from core.domain import CLASSIFICATION, ROW, Column, Kind, Task
from core.errors import BadInput, ContractBroken
from core.modalities import FLAT, MODALITIES, OWN, InputSpec, modality_of, owner_of, view_of

if TYPE_CHECKING:
    import scipy.sparse

FORMAT = 2  # of the JSON; counts up when an older reader would misunderstand it
READABLE = (1, 2)  # 1 had no column with an input of its own
SPARSE_FROM = 1_000_000  # more columns than tables have
MOST_TARGET = 1e140  # its square, summed over any number of rows, is still a number
CELLS_AT_ONCE = 1 << 24  # 64 MB of numbers, while columns are condensed
NUMERIC = "numeric"
GROUPS = {NUMERIC: "float32", "indicator": "float32", "category": "int32"}


@dataclass(frozen=True, kw_only=True)
class PreparedColumn:
    """One kept column: its modality's key and what that learned from the training rows."""

    name: str
    kind: Kind
    modality: str
    state: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class DroppedColumn:
    """A feature left out, because its training rows tell nothing apart."""

    name: str
    reason: Literal["all_missing", "constant", "never_repeats", "no_better_than_chance"]


@dataclass(frozen=True, kw_only=True)
class Preparation:
    """What to do to every row before a model sees it.

    target_mean, target_std: of the training rows' target, for regression; else 0 and 1.
    condensed: what makes few components of the groups that columns share; None where these go to the models.
    """

    task: Task
    columns: tuple[PreparedColumn, ...]
    dropped: tuple[DroppedColumn, ...] = ()
    condensed: Condensed | None = None
    target_mean: float = 0.0
    target_std: float = 1.0
    format: int = FORMAT

    @classmethod
    def fit(cls, frame: pd.DataFrame, columns: Sequence[Column], task: Task) -> "Preparation":
        """Learn from training rows.

        frame: training rows, with the features and the target. columns: the features.
        Raises BadInput if no feature tells rows apart, or a target is too large to be learned.
        """
        kept: list[PreparedColumn] = []
        dropped: list[DroppedColumn] = []
        for column in columns:
            series, modality = frame[column.name], modality_of(column.kind)
            reason = _uninformative(series)
            state = {} if reason else modality.fit(series, column)
            if not reason and not modality.names(state):
                reason = "never_repeats"
            if reason:
                dropped.append(DroppedColumn(name=column.name, reason=reason))
            else:
                kept.append(
                    PreparedColumn(
                        name=column.name, kind=column.kind, modality=modality.key, state=to_plain(state)
                    )
                )
        if not kept:
            raise BadInput("nothing_to_learn_from", n=len(columns), n_rows=len(frame))
        mean, std = _moments(frame[task.target], task) if task.kind == "regression" else (0.0, 1.0)
        return cls(task=task, columns=tuple(kept), dropped=tuple(dropped), target_mean=mean, target_std=std)

    def to_plain(self) -> dict[str, Any]:
        return to_plain(self)

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "Preparation":
        """Raises BadInput if it was written by a later Fathom or is not a preparation."""
        if isinstance(plain, Mapping) and plain.get("format") not in READABLE:
            raise BadInput("preparation_format", found=plain.get("format"), expected=FORMAT)
        return from_plain(cls, plain)

    @cached_property
    def input_specs(self) -> dict[str, InputSpec]:
        """Name → what the network's input of that name looks like: the groups that have columns, or what they
        are condensed to, then the columns that have an input of their own."""
        if self.condensed is None:
            return self.column_specs
        own = {name: spec for name, spec in self.column_specs.items() if name not in GROUPS}
        names = self.condensed.names
        group = InputSpec(name=NUMERIC, shape=(len(names),), dtype=GROUPS[NUMERIC], feature_names=names)
        return {NUMERIC: group} | own

    @cached_property
    def column_specs(self) -> dict[str, InputSpec]:
        """The inputs as the columns make them, before anything is condensed."""
        names: dict[str, list[str]] = {group: [] for group in GROUPS}
        sources: dict[str, list[str]] = {group: [] for group in GROUPS}
        vocabulary: list[int] = []
        for column in self.columns:
            modality = MODALITIES[column.modality]
            for group, added in modality.names(column.state).items():
                if group != OWN:
                    names[group] += added
                    sources[group] += [column.name] * len(added)
            vocabulary += [size] if (size := modality.vocabulary(column.state)) else []
        groups = {
            group: InputSpec(
                name=group,
                shape=(len(names[group]),),
                dtype=dtype,
                feature_names=tuple(names[group]),
                vocabulary=tuple(vocabulary) if group == "category" else (),
                sources=tuple(sources[group]),
            )
            for group, dtype in GROUPS.items()
            if names[group]
        }
        own = {c.name: c for c in self.columns}
        return groups | {
            name: _own_spec(name, own[column_name]) for column_name, name in self.own_names.items()
        }

    @cached_property
    def own_names(self) -> dict[str, str]:
        """Column → the name of its own input, of those that have one; never made of strangers' words."""
        numbers: dict[str, int] = {}
        named: dict[str, str] = {}
        for column in self.columns:
            if OWN in MODALITIES[column.modality].names(column.state):
                numbers[column.modality] = numbers.get(column.modality, 0) + 1
                named[column.name] = f"{column.modality}_{numbers[column.modality]}"
        return named

    def transform(self, frame: pd.DataFrame) -> dict[str, np.ndarray]:
        """Input's name → (n, …), each row by itself. Raises ContractBroken if a column is absent."""
        absent = [c.name for c in self.columns if c.name not in frame.columns]
        if absent:
            raise ContractBroken(
                "columns_absent", absent=", ".join(absent), found=", ".join(map(str, frame.columns)) or "none"
            )
        # filled in place: a list of parts joined at the end would need twice the memory
        prepared = {
            s.name: np.empty((len(frame), *s.shape), dtype=s.dtype)
            for s in self.column_specs.values()
            if s.name in GROUPS
        }
        filled = dict.fromkeys(prepared, 0)
        for column in self.columns:
            for group, values in (
                MODALITIES[column.modality].transform(frame[column.name], column.state).items()
            ):
                if group == OWN:
                    prepared[self.own_names[column.name]] = values
                    continue
                start = filled[group]
                filled[group] = start + values.shape[1]
                prepared[group][:, start : filled[group]] = values
        if self.condensed is None:
            return prepared
        own = {name: values for name, values in prepared.items() if name not in GROUPS}
        return {NUMERIC: self._condensed_rows(prepared, len(frame))} | own

    def _condensed_rows(self, prepared: Mapping[str, np.ndarray], n: int) -> np.ndarray:
        """(n, components) float32, some rows at a time: a code of four bytes may become many columns."""
        components = np.empty((n, self.condensed.n_components), np.float32)
        step = max(1, CELLS_AT_ONCE // self.group_width)
        for start in range(0, n, step):
            some = {name: values[start : start + step] for name, values in prepared.items()}
            components[start : start + step] = self.condensed.apply(self.in_groups(some))
        return components

    def in_groups(self, inputs: Mapping[str, np.ndarray]) -> np.ndarray:
        """(n, d) float32: what the columns make of rows in the groups they share, as one table."""
        specs = [s for name, s in self.column_specs.items() if name in GROUPS]
        return np.concatenate([owner_of(s).flatten(inputs[s.name], s) for s in specs], axis=1)

    @cached_property
    def group_width(self) -> int:
        """Columns that `in_groups` makes; 0 where all columns have an input of their own."""
        specs = [s for name, s in self.column_specs.items() if name in GROUPS]
        return sum(len(owner_of(s).flat_names(s)) for s in specs)

    def targets(self, frame: pd.DataFrame) -> np.ndarray:
        """(n,) int32 class indices, or float32 values in standard deviations from the mean.

        Raises BadInput naming the first row whose target is missing or of no known class.
        """
        if self.task.kind == "regression":
            values = _numbers(frame[self.task.target])
            self._refuse_rows(frame, ~np.isfinite(values))
            return ((values - self.target_mean) / self.target_std).astype(np.float32)
        from core.data.task import class_labels

        labels = pd.Series(class_labels(frame[self.task.target], self.task), dtype=object)
        indices = pd.Index(self.task.classes, dtype=object).get_indexer(labels)
        self._refuse_rows(frame, indices < 0)
        return indices.astype(np.int32)

    def _refuse_rows(self, frame: pd.DataFrame, refused: np.ndarray) -> None:
        if not refused.any():
            return
        first = int(np.argmax(refused))
        raise BadInput(
            "target_unusable",
            column=self.task.target,
            row=int(frame[ROW].iloc[first] if ROW in frame.columns else first) + 1,
            value=str(frame[self.task.target].iloc[first])[:80],
            n=int(refused.sum()),
            expected=", ".join(self.task.classes[:10]) if self.task.kind in CLASSIFICATION else "a number",
        )

    def from_network(self, output: np.ndarray) -> np.ndarray:
        """A prediction in the target's own terms, float64.

        Regression: standardised (n,) or (n, 1) → (n,) in original units. Classification:
        probabilities (n, k) pass as they are.
        """
        output = np.asarray(output, dtype=np.float64)
        if self.task.kind != "regression":
            return output
        return output.reshape(len(output)) * self.target_std + self.target_mean

    def flatten(self, inputs: Mapping[str, np.ndarray]) -> np.ndarray:
        """(n, d) float32: the same rows as one table, for classic models."""
        return self.view(FLAT, inputs)

    def view(self, name: str, inputs: Mapping[str, np.ndarray]) -> "np.ndarray | scipy.sparse.csr_matrix":
        """(n, d): the same rows as one table by that view; where a part of it is sparse, all is, and
        the sparse columns begin at SPARSE_FROM: a model tells them from the others by that."""
        parts = [view_of(name, inputs[s.name], s) for s in self.input_specs.values()]
        plain = [part for part in parts if isinstance(part, np.ndarray)]
        if len(plain) == len(parts):
            return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)
        import scipy.sparse

        n = len(next(iter(inputs.values())))
        first = scipy.sparse.csr_matrix(
            np.concatenate(plain, axis=1) if plain else np.empty((n, 0), np.float32)
        )
        first.resize((n, SPARSE_FROM))
        sparse = [part for part in parts if not isinstance(part, np.ndarray)]
        return scipy.sparse.hstack([first, *sparse], format="csr")

    @cached_property
    def flat_names(self) -> tuple[str, ...]:
        """What each column of `flatten` holds."""
        return tuple(n for s in self.input_specs.values() for n in owner_of(s).flat_names(s))

    @cached_property
    def row_bytes(self) -> int:
        """Memory that a row's inputs take for networks."""
        return sum(np.dtype(s.dtype).itemsize * math.prod(s.shape) for s in self.input_specs.values())


def _own_spec(name: str, column: PreparedColumn) -> InputSpec:
    shape, dtype, vocabulary = MODALITIES[column.modality].own(column.state)
    return InputSpec(
        name=name, shape=shape, dtype=dtype, feature_names=(column.name,), vocabulary=vocabulary,
        modality=column.modality,
    )  # fmt: skip


def _uninformative(series: pd.Series) -> Literal["all_missing", "constant"] | None:
    n_missing = int(series.isna().sum())
    if n_missing == len(series):
        return "all_missing"
    # one value beside missing cells still tells rows apart
    return "constant" if n_missing == 0 and series.nunique() == 1 else None


def _numbers(series: pd.Series) -> np.ndarray:
    return pd.to_numeric(series, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)


def _moments(target: pd.Series, task: Task) -> tuple[float, float]:
    """Mean and standard deviation; 1 for a constant target, so that it can be learned as it is."""
    values = _numbers(target)
    values = np.sort(values[np.isfinite(values)])  # sorted: the sum does not depend on row order
    if len(values) and (largest := np.abs(values[[0, -1]]).max()) > MOST_TARGET:
        raise BadInput("target_too_large", column=task.target, value=float(largest))
    mean, std = (float(values.mean()), float(values.std())) if len(values) else (0.0, 1.0)
    return mean, std if std > 1e-12 * abs(mean) else 1.0
