"""Images: PNG or JPEG, upright, in 8 bits of grey or colour."""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from core.data.media import Medium
from core.data.picture_sizes import chosen_size
from core.data.pictures import MOST_BYTES, SUFFIXES, ordinary


def summed(facts: Mapping[str, Sequence[float]]) -> dict[str, Any]:
    """widths, heights: least, median and greatest, in pixels as they came. n_grey."""
    return {
        "widths": _spread(facts["width"]),
        "heights": _spread(facts["height"]),
        "n_grey": sum(facts["is_grey"]),
    }


def shape(known: Mapping[str, Any]) -> tuple[int, int, int]:
    """Height, width and channels, by the middle image."""
    return *chosen_size(known["heights"][1:2], known["widths"][1:2]), 3 if not known["n_grey"] else 1


def _spread(values: Sequence[float]) -> list[int]:
    return [min(values), round(median(values)), max(values)]


medium = Medium(
    key="image",
    word="picture",
    suffixes=SUFFIXES,
    most_bytes=MOST_BYTES,
    changes={
        "smaller": "images_smaller",
        "first_frame": "images_first_frame",
        "converted": "images_converted",
    },
    ordinary=ordinary,
    summed=summed,
    shape=shape,
)
