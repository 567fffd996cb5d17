"""How much a row weighs: as many plain columns as would take the same room. Measures nothing."""

import math
from collections.abc import Sequence

from core.data.media import mean_bytes
from core.data.spectrograms import Reading
from core.domain import Column, Dataset
from core.modalities.image import chosen_shape

CELL_BYTES = 64  # of a plain cell as pandas holds it
WIDTH = 6  # prepared columns that a plain column becomes, or fewer


def plain_columns(dataset: Dataset, names: Sequence[str]) -> int:
    """The columns of those names, each image and sound counted as the plain columns that it outweighs."""
    return math.ceil(sum(_weight(dataset.column(name)) for name in names))


def _weight(column: Column) -> float:
    stored = mean_bytes(column.statistics) / CELL_BYTES
    if column.kind == "image":
        return max(1.0, stored, math.prod(chosen_shape(column.statistics["pictures"])) / WIDTH)
    if column.kind == "sound":
        rate, n_samples = column.statistics["clips"]["reading"]
        return max(1.0, stored, math.prod(Reading(rate=rate, n_samples=n_samples).shape) / WIDTH)
    return 1.0
