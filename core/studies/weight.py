"""How much a row weighs: as many plain columns as would take the same room. Measures nothing."""

import math
from collections.abc import Sequence

from core.domain import Column, Dataset
from core.modalities.image import chosen_shape

CELL_BYTES = 64  # of a plain cell as pandas holds it
WIDTH = 6  # prepared columns that a plain column becomes, or fewer


def plain_columns(dataset: Dataset, names: Sequence[str]) -> int:
    """The columns of those names, each image counted as the plain columns that it outweighs."""
    return math.ceil(sum(_weight(dataset.column(name)) for name in names))


def _weight(column: Column) -> float:
    pictures = column.statistics.get("pictures")
    if pictures is None:
        return 1.0
    return max(1.0, pictures["mean_bytes"] / CELL_BYTES, math.prod(chosen_shape(pictures)) / WIDTH)
