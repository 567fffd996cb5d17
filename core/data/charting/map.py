"""Maps: a point a row by longitude and latitude, without a background from the network. Draws nothing."""

import re

from core.data.charting import Chart, Slot
from core.data.charting._points import points
from core.domain import NUMERIC_KINDS, Column, Dataset

_LONGITUDE = re.compile(r"(^|[\s_.-])(lon|lng|long|longitude|经度)($|[\s_.-])", re.IGNORECASE)
_LATITUDE = re.compile(r"(^|[\s_.-])(lat|latitude|纬度)($|[\s_.-])", re.IGNORECASE)


def coordinates(dataset: Dataset) -> tuple[str, str] | None:
    """The columns of longitude and latitude, told by name and range; None without them."""
    found = [
        next((c.name for c in dataset.columns if name.search(c.name) and _within(c, most)), None)
        for name, most in ((_LONGITUDE, 180.0), (_LATITUDE, 90.0))
    ]
    return (found[0], found[1]) if all(found) else None


def _within(column: Column, most: float) -> bool:
    low, high = column.statistics.get("min"), column.statistics.get("max")
    return column.kind in NUMERIC_KINDS and low is not None and -most <= low <= high <= most


chart = Chart(
    key="map", title="Map", icon=":material/map:", make=points, order=100,
    slots=(
        Slot(name="x", title="Longitude", kinds=NUMERIC_KINDS),
        Slot(name="y", title="Latitude", kinds=NUMERIC_KINDS),
        Slot(name="colour", title="Colour", is_required=False),
        Slot(name="facet", title="Panels", is_required=False),
    ),
)  # fmt: skip
