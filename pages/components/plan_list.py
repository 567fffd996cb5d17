"""A run's plan as a quiet list, before it runs and as it ticks off. Decides nothing."""

from collections.abc import Sequence

import streamlit as st

from core.runs.outline import Part
from core.sentences import say
from pages.components.text import escape

ICONS = {
    "waiting": ":gray[:material/radio_button_unchecked:]",
    "training": ":blue[:material/arrow_circle_right:]",
    "done": ":green[:material/check_circle:]",
    "skipped": ":orange[:material/do_not_disturb_on:]",
    "failed": ":red[:material/error:]",
}


def draw_plan(parts: Sequence[Part], *, states: bool) -> None:
    """A line a part. states: whether it goes on, so that each says how far it is."""
    with st.container(gap="xxsmall", key="plan"):
        for part in parts:
            st.markdown(_line(part, states))


def _line(part: Part, states: bool) -> str:
    said = [f"**{escape(part.title)}**"]
    if states:
        said.append(say(f"state.{part.state}"))
    if part.takes:
        said.append(part.takes)
    icon = ICONS[part.state] if states else ICONS["waiting"]
    return f"{icon} {' · '.join(said)} :gray[· {escape(part.remark)}]"
