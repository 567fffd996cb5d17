"""How much a row weighs: as many plain columns as would take the same room. Measures nothing."""

import math
from collections.abc import Sequence

from core.data.media import MEDIA, known_of, seen_shape
from core.domain import Column, Dataset

CELL_BYTES = 64  # of a plain cell as pandas holds it
WIDTH = 6  # prepared columns that a plain column becomes, or fewer


def plain_columns(dataset: Dataset, names: Sequence[str]) -> int:
    """The columns of those names, each image and sound counted as the plain columns that it outweighs."""
    return math.ceil(sum(_weight(dataset.column(name)) for name in names))


def _weight(column: Column) -> float:
    if column.kind not in MEDIA:
        return 1.0
    stored = known_of(column)["mean_bytes"] / CELL_BYTES
    return max(1.0, stored, math.prod(seen_shape(column)) / WIDTH)
