"""Dates and times: how long since the first, and where in the year, month, week and day."""

import numpy as np
import pandas as pd
from pandas.api import types

from core.domain import Column, Kind
from core.modalities import InputSpec, State
from core.modalities._scaling import fit_scale, scale

# name → (length of the cycle, first value): a place on a circle, so that December meets January
CYCLES = {"month": (12.0, 1.0), "day": (31.0, 1.0), "dayofweek": (7.0, 0.0), "hour": (24.0, 0.0)}
TITLES = {"month": "month", "day": "day of month", "dayofweek": "day of week", "hour": "hour"}


class Datetime:
    """state: first: of training, as ISO text; days, year: mean and std; cycles: those that vary;
    years: whether several; missing: whether a training value was; name.
    """

    key = "datetime"
    kinds: tuple[Kind, ...] = ("date",)
    owns = None

    def fit(self, series: pd.Series, column: Column) -> State:
        stamps = _stamps(series)
        known = stamps.dropna()
        first = known.min().isoformat() if len(known) else "1970-01-01T00:00:00"
        hours = known.dt.hour + known.dt.minute / 60
        varies = {
            name: (hours if name == "hour" else getattr(known.dt, name)).nunique() > 1 for name in CYCLES
        }
        return {
            "name": column.name,
            "first": first,
            "days": list(fit_scale(_days_since(stamps, first))),
            "year": list(fit_scale(known.dt.year.to_numpy(np.float64))),
            "years": bool(known.dt.year.nunique() > 1),
            "cycles": [name for name in CYCLES if varies[name]],
            "missing": bool(stamps.isna().any()),
        }

    def transform(self, series: pd.Series, state: State) -> dict[str, np.ndarray]:
        stamps = _stamps(series)
        missing = stamps.isna().to_numpy()
        columns = [scale(_days_since(stamps, state["first"]), *state["days"])]
        if state["years"]:
            columns.append(scale(stamps.dt.year.to_numpy(np.float64, na_value=np.nan), *state["year"]))
        for name in state["cycles"]:
            value = stamps.dt.hour + stamps.dt.minute / 60 if name == "hour" else getattr(stamps.dt, name)
            length, start = CYCLES[name]
            turn = (value.to_numpy(np.float64, na_value=np.nan) - start) * (2 * np.pi / length)
            columns += [np.where(missing, 0.0, np.sin(turn)), np.where(missing, 0.0, np.cos(turn))]
        groups = {"numeric": np.column_stack(columns).astype(np.float32)}
        if state["missing"]:
            groups["indicator"] = missing.astype(np.float32)[:, None]
        return groups

    def names(self, state: State) -> dict[str, tuple[str, ...]]:
        name = state["name"]
        numeric = [f"{name}: days since the first"] + ([f"{name}: year"] if state["years"] else [])
        numeric += [f"{name}: {TITLES[c]} ({wave})" for c in state["cycles"] for wave in ("sine", "cosine")]
        groups: dict[str, tuple[str, ...]] = {"numeric": tuple(numeric)}
        if state["missing"]:
            groups["indicator"] = (f"{name} is missing",)
        return groups

    def vocabulary(self, state: State) -> int:
        return 0

    def embed(self, tensor, spec: InputSpec):
        return tensor

    def flatten(self, array: np.ndarray, spec: InputSpec) -> np.ndarray:
        return array

    def flat_names(self, spec: InputSpec) -> tuple[str, ...]:
        return spec.feature_names


def _stamps(series: pd.Series) -> pd.Series:
    """Times without a zone (UTC where they had one); text is read as ISO; numbers are no dates."""
    if types.is_numeric_dtype(series) or types.is_bool_dtype(series):
        return pd.Series(pd.NaT, index=series.index, dtype="datetime64[us]")
    if not types.is_datetime64_any_dtype(series):
        # one format for all: guessing it from the first row would make a row depend on its neighbours
        as_text = series.map(lambda v: v if isinstance(v, str) or hasattr(v, "year") else None)
        series = pd.to_datetime(as_text, errors="coerce", format="ISO8601", utc=True)
    if series.dt.tz is not None:
        series = series.dt.tz_convert("UTC").dt.tz_localize(None)
    return series.astype("datetime64[us]")


def _days_since(stamps: pd.Series, first: str) -> np.ndarray:
    """(n,) float64, NaN where missing."""
    return ((stamps - pd.Timestamp(first)) / pd.Timedelta(days=1)).to_numpy(np.float64, na_value=np.nan)


modality = Datetime()
