"""Areas: a measure along dates or numbers, the colours stacked. Draws nothing."""

from core.data.charting import Chart
from core.data.charting._grouped import ALONG, along

chart = Chart(
    key="area",
    title="Area",
    icon=":material/area_chart:",
    make=along,
    order=30,
    has_bins=True,
    has_step=True,
    slots=ALONG,
)
