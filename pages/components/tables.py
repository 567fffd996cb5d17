"""Rows of plain values as a table that Streamlit shows as it is, and how many decimals that takes."""

import math
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import streamlit as st

from core.figures import FIGURES, decimals

if TYPE_CHECKING:  # imported where a table is made: the first page paints without
    import pandas as pd


def frame_of(rows: Iterable[Mapping[str, Any]]) -> "pd.DataFrame":
    """A frame with a row a mapping, and the columns of the first."""
    import pandas as pd

    return pd.DataFrame.from_records(list(rows))


def joined(tables: "Mapping[str, pd.DataFrame]", name: str) -> "pd.DataFrame":
    """The tables under each other, each row with its table's key in the column `name`, first."""
    import pandas as pd

    return pd.concat([table.assign(**{name: key}) for key, table in tables.items()])[
        [name, *next(iter(tables.values())).columns]
    ]


def shared_decimals(values: Iterable[float | None]) -> int:
    """Digits after the point that tell the largest of the values, and all the same place."""
    largest = max((abs(v) for v in values if v is not None and math.isfinite(v)), default=0.0)
    return decimals(largest) if largest else FIGURES


def local_time(seconds: float) -> datetime:
    """A moment, given in seconds since 1970, as the clock on the viewer's wall shows it."""
    zone = st.context.timezone
    return datetime.fromtimestamp(seconds, ZoneInfo(zone) if zone else None).replace(tzinfo=None)
