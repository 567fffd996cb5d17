"""Columns that are the pixels of an image each, as data sets of digits are often handed on. Makes no image."""

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from core.domain import Dataset

if TYPE_CHECKING:
    import pandas

LEAST_SIDE = 8  # pixels
MOST_OTHERS = 10  # columns beside the pixels, such as a label and a number
BRIGHTEST = 255
WHITE = "white"  # among what is known of a file read as images: the value that white has in it
LOOKED_AT = 1_000  # rows by which it is told whether columns of a file are pixels
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


def option_in(frames: "Iterable[pandas.DataFrame]", names: Iterable[str]) -> dict[str, Any] | None:
    """The same of a file's rows, cells of text. frames: the rows in slices; what none of them shows is not known."""
    import pandas as pd

    ranges: dict[str, tuple[float, float]] | None = None
    for frame in frames:
        numbers = frame.apply(pd.to_numeric, errors="coerce").dropna(axis=1)
        numbers = numbers.loc[:, (numbers % 1 == 0).all()]
        lowest, highest = numbers.min(), numbers.max()
        here = {name: (float(lowest[name]), float(highest[name])) for name in numbers}
        ranges = (
            here
            if ranges is None
            else {
                name: (min(low, ranges[name][0]), max(high, ranges[name][1]))
                for name, (low, high) in here.items()
                if name in ranges
            }
        )
    return option_of(ranges or {}, names)


def option_of(ranges: Mapping[str, tuple[float, float]], names: Iterable[str]) -> dict[str, Any] | None:
    """ranges: least and greatest value of each column that holds whole numbers alone. names: of all columns, in order."""
    names = list(names)
    for columns in (_called_so(names), *_without_a_label(names, ranges), names):
        fitting = columns if all(_is_brightness(ranges.get(name)) for name in columns) else []
        side, n_others = math.isqrt(len(fitting)), len(names) - len(fitting)
        if side * side == len(fitting) and LEAST_SIDE <= side and n_others <= MOST_OTHERS:
            top = max(ranges[name][1] for name in fitting)
            return {"columns": fitting, "top": top if 0 < top <= STRETCHED else BRIGHTEST}
    return None


def _called_so(names: list[str]) -> list[str]:
    return [name for name in names if "pixel" in name.lower()]


def _without_a_label(names: list[str], ranges: Mapping[str, tuple[float, float]]) -> list[list[str]]:
    """Without the first column, as most have the label, or without the last. A corner of an image is often all one
    value, and a label never is."""
    first, last = names[1:], names[:-1]
    low, high = ranges.get(names[0], (0, 1)) if names else (0, 1)
    return [last, first] if low == high else [first, last]


def _is_brightness(span: tuple[float, float] | None) -> bool:
    return span is not None and 0 <= span[0] and span[1] <= BRIGHTEST
