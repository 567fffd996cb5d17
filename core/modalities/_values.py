"""A column's values as floats or as text, whatever type they arrive in. Learns nothing."""

from typing import Any

import numpy as np
import pandas as pd
from pandas.api import types


def as_floats(series: pd.Series) -> np.ndarray:
    """(n,) float64; what is no number (text, dates, None) becomes NaN, infinities stay."""
    if types.is_datetime64_any_dtype(series) or types.is_timedelta64_dtype(series):
        return np.full(len(series), np.nan)
    if not (types.is_numeric_dtype(series) or types.is_bool_dtype(series)):
        series = pd.to_numeric(series, errors="coerce")
    return series.to_numpy(dtype=np.float64, na_value=np.nan)


def as_codes(series: pd.Series) -> tuple[np.ndarray, list[str]]:
    """Codes (n,) int64 into the distinct values as text; -1 for missing.

    1 and 1.0 are both "1" (a whole-number column with missing values arrives as floats),
    booleans are "true" and "false", dates ISO.
    """
    if series.dtype == object:  # may mix 1, 1.0 and True, which hash alike but read differently
        series = pd.Series([None if _is_missing(v) else _text(v) for v in series], dtype="str")
    codes, distinct = pd.factorize(series, use_na_sentinel=True)
    texts = [_text(v) for v in distinct]
    if len(set(texts)) == len(texts):
        return codes, texts
    unique = list(dict.fromkeys(texts))
    place = {text: i for i, text in enumerate(unique)}
    merge = np.array([place[text] for text in texts] + [-1])
    return merge[codes], unique


def _is_missing(value: Any) -> bool:
    return value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and value != value)


def _text(value: Any) -> str:
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    if isinstance(value, pd.Timestamp):
        return value.isoformat()
    return str(value)
