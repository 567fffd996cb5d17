"""Free text, for now: a category where values repeat, otherwise only its length and word count.

What the words mean is not read.
"""

import numpy as np
import pandas as pd

from core.domain import Column, Kind
from core.modalities import InputSpec, State
from core.modalities._scaling import fit_scale, scale
from core.modalities._values import as_codes
from core.modalities.category import RARE
from core.modalities.category import modality as category

REPEATS = 0.5  # share of the filled cells whose value occurs again, from which a text is a category


class Text:
    """state: category: that modality's state, or None and then characters, words: mean and std
    of both counts, missing: whether a training value was; name.
    """

    key = "text"
    kinds: tuple[Kind, ...] = ("text",)
    owns = None

    def fit(self, series: pd.Series, column: Column) -> State:
        codes, texts = as_codes(series)
        counts = np.bincount(codes[codes >= 0], minlength=len(texts))
        if counts[counts >= RARE].sum() >= REPEATS * max(counts.sum(), 1):
            return {"name": column.name, "category": dict(category.fit(series, column))}
        characters, words = _sizes(codes, texts)
        return {
            "name": column.name,
            "category": None,
            "characters": list(fit_scale(characters)),
            "words": list(fit_scale(words)),
            "missing": bool((codes < 0).any()),
        }

    def transform(self, series: pd.Series, state: State) -> dict[str, np.ndarray]:
        if state["category"]:
            return category.transform(series, state["category"])
        codes, texts = as_codes(series)
        characters, words = _sizes(codes, texts)
        columns = [scale(characters, *state["characters"]), scale(words, *state["words"])]
        groups = {"numeric": np.column_stack(columns)}
        if state["missing"]:
            groups["indicator"] = (codes < 0).astype(np.float32)[:, None]
        return groups

    def names(self, state: State) -> dict[str, tuple[str, ...]]:
        if state["category"]:
            return category.names(state["category"])
        name = state["name"]
        groups: dict[str, tuple[str, ...]] = {"numeric": (f"{name}: characters", f"{name}: words")}
        if state["missing"]:
            groups["indicator"] = (f"{name} is missing",)
        return groups

    def vocabulary(self, state: State) -> int:
        return category.vocabulary(state["category"]) if state["category"] else 0

    def embed(self, tensor, spec: InputSpec):
        return tensor

    def flatten(self, array: np.ndarray, spec: InputSpec) -> np.ndarray:
        return array

    def flat_names(self, spec: InputSpec) -> tuple[str, ...]:
        return spec.feature_names


def _sizes(codes: np.ndarray, texts: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """log(1 + characters) and log(1 + words), each (n,) float64, NaN where missing."""
    characters = np.array([*(len(t) for t in texts), np.nan])
    words = np.array([*(len(t.split()) for t in texts), np.nan])
    return np.log1p(characters)[codes], np.log1p(words)[codes]


modality = Text()
