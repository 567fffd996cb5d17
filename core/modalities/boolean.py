"""Yes or no: one column of 0 and 1, and one that says "missing" if training had any."""

import numpy as np
import pandas as pd

from core.domain import Column, Kind
from core.modalities import InputSpec, State
from core.modalities._values import as_codes

TRUE = ("true", "yes", "y", "t", "1")
FALSE = ("false", "no", "n", "f", "0")


class Boolean:
    """state: missing: whether a training value was; name."""

    key = "boolean"
    kinds: tuple[Kind, ...] = ("boolean",)
    owns = "indicator"

    def fit(self, series: pd.Series, column: Column) -> State:
        return {"name": column.name, "missing": bool(np.isnan(_truth(series)).any())}

    def transform(self, series: pd.Series, state: State) -> dict[str, np.ndarray]:
        truth = _truth(series)
        columns = [np.nan_to_num(truth, nan=0.0)]
        if state["missing"]:
            columns.append(np.isnan(truth).astype(np.float32))
        return {"indicator": np.column_stack(columns)}

    def names(self, state: State) -> dict[str, tuple[str, ...]]:
        missing = (f"{state['name']} is missing",) if state["missing"] else ()
        return {"indicator": (state["name"], *missing)}

    def vocabulary(self, state: State) -> int:
        return 0

    def embed(self, tensor, spec: InputSpec):
        return tensor

    def flatten(self, array: np.ndarray, spec: InputSpec) -> np.ndarray:
        return array

    def flat_names(self, spec: InputSpec) -> tuple[str, ...]:
        return spec.feature_names


def _truth(series: pd.Series) -> np.ndarray:
    """(n,) float32: 1, 0, or NaN for what is neither."""
    codes, texts = as_codes(series)
    known = [
        1.0 if t.strip().lower() in TRUE else 0.0 if t.strip().lower() in FALSE else np.nan for t in texts
    ]
    return np.array([*known, np.nan], dtype=np.float32)[codes]  # code -1 is the last: missing


modality = Boolean()
