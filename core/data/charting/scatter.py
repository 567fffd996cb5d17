"""Scatter: a point a row, by two numbers or dates. Draws nothing."""

from core.data.charting import ORDERED, Chart, Slot
from core.data.charting._points import points

chart = Chart(
    key="scatter", title="Scatter", icon=":material/scatter_plot:", make=points, order=35,
    slots=(
        Slot(name="x", title="Across", kinds=ORDERED),
        Slot(name="y", title="Up", kinds=ORDERED),
        Slot(name="colour", title="Colour", is_required=False),
        Slot(name="facet", title="Panels", is_required=False),
    ),
)  # fmt: skip
