"""Columns that are the pixels of an image each, as data sets of digits are often handed on. Makes no image."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

from core.domain import Dataset

LEAST_SIDE, MOST_SIDE = 8, 128  # pixels
MOST_OTHERS = 10  # columns beside the pixels, such as a label and a number
BRIGHTEST = 255
STRETCHED = BRIGHTEST / 2  # where no pixel is brighter, brightness was counted in another unit


def pixel_option(dataset: Dataset) -> dict[str, Any] | None:
    """What to ask for when the file is to be read as images, None where its columns are no pixels.

    columns: their names, in rows from the top. top: the brightest value.
    """
    ranges = {
        c.name: (c.statistics["min"], c.statistics["max"])
        for c in dataset.columns
        if c.kind == "integer" and c.n_missing == 0
    }
    return option_of(ranges, [c.name for c in dataset.columns])


def option_of(ranges: Mapping[str, tuple[float, float]], names: Iterable[str]) -> dict[str, Any] | None:
    """ranges: least and greatest value of each column that holds whole numbers alone. names: of all columns, in order."""
    names = list(names)
    for columns in (names[1:], names[:-1], [n for n in names if "pixel" in n.lower()], names):
        fitting = columns if all(_is_brightness(ranges.get(n)) for n in columns) else []
        side = math.isqrt(len(fitting))
        if (
            side * side == len(fitting)
            and LEAST_SIDE <= side <= MOST_SIDE
            and len(names) - len(fitting) <= MOST_OTHERS
        ):
            top = max(ranges[n][1] for n in fitting)
            return {"columns": fitting, "top": top if 0 < top <= STRETCHED else BRIGHTEST}
    return None


def _is_brightness(span: tuple[float, float] | None) -> bool:
    return span is not None and 0 <= span[0] and span[1] <= BRIGHTEST
