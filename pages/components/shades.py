"""The shades of a share from 0 to 1, and the text colour that can be read on each. Draws nothing.

A figure that writes on its shades must know them, so these are named in the figure, from the
theme's own colours, instead of left to the browser.
"""

from collections.abc import Sequence

import streamlit as st

PLAIN = ("#F2F2F2", "#1F1F1F")  # where the theme names no colours


def sequential() -> tuple[str, ...]:
    """The theme's colours from none to all, of the look that the viewer has chosen."""
    return tuple(st.get_option(f"theme.{_look()}.chartSequentialColors") or PLAIN)


def colour_at(share: float, colours: Sequence[str]) -> str:
    """The colour that Plotly paints at that share: between evenly spaced colours, linear in RGB."""
    place = min(max(share, 0.0), 1.0) * (len(colours) - 1)
    below = min(int(place), len(colours) - 2)
    low, high = (_channels(c) for c in colours[below : below + 2])
    mixed = (round(a + (b - a) * (place - below)) for a, b in zip(low, high))
    return "#" + "".join(f"{channel:02X}" for channel in mixed)


def text_on(colour: str) -> str:
    """Black or white, whichever stands out more: at least 4.58:1 on any colour (WCAG 2.2 asks 4.5:1)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in
              (channel / 255 for channel in _channels(colour))]  # fmt: skip
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#000000" if (luminance + 0.05) ** 2 > 1.05 * 0.05 else "#FFFFFF"


def text_on_page() -> str:
    return st.get_option(f"theme.{_look()}.textColor") or "#808080"


def _look() -> str:
    return st.context.theme.type or "light"


def _channels(colour: str) -> tuple[int, int, int]:
    return tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))
