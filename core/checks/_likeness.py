"""Which sampled rows say nearly the same: text without case, blanks and signs, numbers to four digits. Judges nothing."""

import re
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.checks import CheckSubject
from core.domain import NUMERIC_KINDS, Column

if TYPE_CHECKING:
    import numpy
    import pandas

DIGITS = 4
_SIGNS = re.compile(r"[\W_]+")


def keys(subject: CheckSubject, columns: Sequence[Column], *, near: bool) -> "pandas.DataFrame":
    """A code a sampled row and column, equal where two rows say the same, or nearly the same."""
    import pandas as pd

    return pd.DataFrame({c.name: _key(subject.sample.column(c.name).to_pandas(), c, near) for c in columns})


def rows(codes: "pandas.DataFrame") -> "numpy.ndarray":
    """A number a row, shape (n,), equal for rows whose codes are all equal."""
    import pandas as pd

    return pd.util.hash_pandas_object(codes, index=False).to_numpy()


def _key(values: "pandas.Series", column: Column, near: bool) -> "pandas.Series":
    """A code a value: factorized, so that each different text is normalised once."""
    import numpy as np
    import pandas as pd

    if near and column.kind in NUMERIC_KINDS:
        numbers = values.to_numpy(dtype=float, na_value=np.nan)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            power = 10.0 ** (np.floor(np.log10(np.abs(numbers))) - DIGITS + 1)
            rounded = np.where(power > 0, np.round(numbers / power) * power, numbers)
            rounded = np.nan_to_num(rounded, nan=np.inf).round(9)
        return pd.Series(pd.factorize(rounded)[0])
    codes, texts = pd.factorize(values)
    if not near or column.kind not in ("category", "text"):
        return pd.Series(codes)
    same = pd.factorize(np.array([_normal(text) for text in texts], dtype=object))[0]
    return pd.Series(np.where(codes < 0, -1, same[codes] if len(same) else -1))


def _normal(text: object) -> str:
    return _SIGNS.sub("", unicodedata.normalize("NFKC", str(text)).casefold())
