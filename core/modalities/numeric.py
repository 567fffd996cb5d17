"""Whole and decimal numbers: one scaled column, and one that says "missing" if training had any."""

import numpy as np
import pandas as pd

from core.domain import Column, Kind
from core.modalities import InputSpec, State
from core.modalities._scaling import fit_scale, scale
from core.modalities._values import as_floats


class Numeric:
    """state: mean, std: floats; missing: whether a training value was; name."""

    key = "numeric"
    kinds: tuple[Kind, ...] = ("integer", "decimal")
    owns = "numeric"

    def fit(self, series: pd.Series, column: Column) -> State:
        values = as_floats(series)
        mean, std = fit_scale(values)
        return {"name": column.name, "mean": mean, "std": std, "missing": bool(np.isnan(values).any())}

    def transform(self, series: pd.Series, state: State) -> dict[str, np.ndarray]:
        values = as_floats(series)
        groups = {"numeric": scale(values, state["mean"], state["std"])[:, None]}
        if state["missing"]:
            groups["indicator"] = np.isnan(values).astype(np.float32)[:, None]
        return groups

    def names(self, state: State) -> dict[str, tuple[str, ...]]:
        groups: dict[str, tuple[str, ...]] = {"numeric": (state["name"],)}
        if state["missing"]:
            groups["indicator"] = (f"{state['name']} is missing",)
        return groups

    def vocabulary(self, state: State) -> int:
        return 0

    def embed(self, tensor, spec: InputSpec):
        return tensor

    def flatten(self, array: np.ndarray, spec: InputSpec) -> np.ndarray:
        return array

    def flat_names(self, spec: InputSpec) -> tuple[str, ...]:
        return spec.feature_names


modality = Numeric()
