"""Rows of plain values as a table that Streamlit shows as it is, and how many decimals that takes."""

import math
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import streamlit as st

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


def decimals(values: Iterable[float | None], figures: int = 4) -> int:
    """Digits after the point that give the largest of the values that many figures, and all the same place."""
    largest = max((abs(v) for v in values if v is not None and math.isfinite(v)), default=0.0)
    return figures if not largest else min(6, max(0, figures - 1 - math.floor(math.log10(largest))))


def local_time(seconds: float) -> datetime:
    """A moment, given in seconds since 1970, as the clock on the viewer's wall shows it."""
    zone = st.context.timezone
    return datetime.fromtimestamp(seconds, ZoneInfo(zone) if zone else None).replace(tzinfo=None)
