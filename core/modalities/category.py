"""Values from a list: a column of 0 and 1 each when they are few, an embedded code when they are many."""

import math

import numpy as np
import pandas as pd

from core.domain import Column, Kind
from core.modalities import InputSpec, State
from core.modalities._values import as_codes

MOST_INDICATORS = 12  # distinct values above which a code is embedded instead
MOST_CODES = 1000  # the most frequent values that get a code of their own
RARE = 2  # values seen fewer times count as unseen, so that "unseen" is something training met
FLAT_VALUES = 20  # the most frequent values that classic models see as columns of their own

MISSING, UNSEEN, FIRST = 0, 1, 2


class Category:
    """state: values: training's values by falling frequency, then text; coded: embedded or not;
    missing, rare: whether training had missing and rare values; name.
    """

    key = "category"
    kinds: tuple[Kind, ...] = ("category",)
    owns = "category"

    def fit(self, series: pd.Series, column: Column) -> State:
        codes, texts = as_codes(series)
        counts = np.bincount(codes[codes >= 0], minlength=len(texts))
        ranked = sorted((-int(count), text) for count, text in zip(counts, texts) if count >= RARE)
        return {
            "name": column.name,
            "values": [text for _, text in ranked[:MOST_CODES]],
            "coded": len(ranked) > MOST_INDICATORS,
            "missing": bool((codes < 0).any()),
            "rare": len(texts) > min(len(ranked), MOST_CODES),
        }

    def transform(self, series: pd.Series, state: State) -> dict[str, np.ndarray]:
        place = self._place(series, state)
        if state["coded"]:
            return {"category": place[:, None]}
        if not self.names(state):
            return {}
        columns = [place == code for code in range(FIRST, FIRST + len(state["values"]))]
        if state["missing"]:
            columns.append(place == MISSING)
        if state["rare"]:
            columns.append(place == UNSEEN)
        return {"indicator": np.column_stack(columns).astype(np.float32)}

    def _place(self, series: pd.Series, state: State) -> np.ndarray:
        """(n,) int32: 0 missing, 1 unseen or rare, 2 … the place among the values."""
        codes, texts = as_codes(series)
        known = {value: i for i, value in enumerate(state["values"], start=FIRST)}
        return np.array([*(known.get(t, UNSEEN) for t in texts), MISSING], dtype=np.int32)[codes]

    def names(self, state: State) -> dict[str, tuple[str, ...]]:
        name = state["name"]
        if state["coded"]:
            return {"category": (name,)}
        if not state["values"] and not state["missing"]:
            return {}  # every value is rare: nothing to tell rows apart by
        extra = ([f"{name} is missing"] if state["missing"] else []) + (
            [f"{name} is another value"] if state["rare"] else []
        )
        return {"indicator": (*(f"{name} = {value}" for value in state["values"]), *extra)}

    def vocabulary(self, state: State) -> int:
        return FIRST + len(state["values"]) if state["coded"] else 0

    def embed(self, tensor, spec: InputSpec):
        """A vector a code: min(16, ceil(sqrt(codes))) wide, learned with the network."""
        import keras

        parts = []
        for number, codes in enumerate(spec.vocabulary):
            width = min(16, math.ceil(codes**0.5))
            layer = keras.layers.Embedding(codes, width, name=f"embedding_{number}")
            parts.append(layer(tensor[:, number]))  # (batch, width)
        return parts[0] if len(parts) == 1 else keras.layers.Concatenate(name="embedded")(parts)

    def flatten(self, array: np.ndarray, spec: InputSpec) -> np.ndarray:
        """The most frequent values as 0 and 1, missing and unseen likewise, and the rank.

        A code counts by falling frequency, so its logarithm over the largest one's tells
        common from uncommon values, for which a column each would be too many.
        """
        parts = []
        for number, codes in enumerate(spec.vocabulary):
            column = array[:, number]
            shown = min(codes, FIRST + FLAT_VALUES)
            parts.append((column[:, None] == np.arange(shown, dtype=np.int32)).astype(np.float32))
            parts.append((np.log1p(column) / np.log1p(codes)).astype(np.float32)[:, None])
        return np.concatenate(parts, axis=1)

    def flat_names(self, spec: InputSpec) -> tuple[str, ...]:
        names: list[str] = []
        for name, codes in zip(spec.feature_names, spec.vocabulary):
            names += [f"{name} is missing", f"{name} is another value"]
            names += [f"{name} is value {i}" for i in range(1, min(codes - FIRST, FLAT_VALUES) + 1)]
            names.append(f"{name} rank")
        return tuple(names)


modality = Category()
