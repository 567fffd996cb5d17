"""Sounds to look at and listen to: a picture and a player each. Chooses none."""

import streamlit as st

from core.data.clip_portraits import portrait
from pages.components.text import escape

NARROWEST = 170  # pixels of a card
EXPLANATION = "Above, the waveform; below, which pitches are heard when: low ones at the bottom, bright where they are loud."


@st.cache_data(max_entries=2_000, show_spinner=False)
def picture_of(content: bytes) -> bytes:
    return portrait(content)


def clip_cards(contents: list[bytes], captions: list[str] | None = None, *, in_row: int = 4) -> None:
    """Clips beside each other, as many in a row as there is room for."""
    if not contents:
        return
    with st.grid(in_row, min_column_width=NARROWEST):
        for place, content in enumerate(contents):
            with st.container(gap="xsmall"):
                draw_clip(content, None if captions is None else captions[place])


def draw_clip(content: bytes, caption: str | None = None) -> None:
    """One clip, as wide as there is room."""
    st.image(picture_of(content), width="stretch")
    st.audio(content, format="audio/flac")
    if caption is not None:
        st.caption(escape(caption))
