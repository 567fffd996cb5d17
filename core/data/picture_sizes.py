"""The one size in which networks see all images of a column, chosen from theirs. Opens none."""

from collections.abc import Sequence
from statistics import median

MOST_SIDE, LEAST_SIDE = 64, 8  # of the pixels that networks see: what two cores learn from in minutes


def chosen_size(heights: Sequence[int], widths: Sequence[int]) -> tuple[int, int]:
    """Height and width: the medians, made smaller where the longer side is beyond MOST_SIDE."""
    if not heights:
        return LEAST_SIDE, LEAST_SIDE
    height, width = median(heights), median(widths)
    factor = min(1.0, MOST_SIDE / max(height, width))
    return max(LEAST_SIDE, round(height * factor)), max(LEAST_SIDE, round(width * factor))
