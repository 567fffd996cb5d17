"""Lines: a measure along dates or numbers. Draws nothing."""

from core.data.charting import Chart
from core.data.charting._grouped import ALONG, along

chart = Chart(
    key="line",
    title="Line",
    icon=":material/show_chart:",
    make=along,
    order=20,
    has_bins=True,
    has_step=True,
    slots=ALONG,
)
