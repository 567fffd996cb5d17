"""An offer where a table's columns are pixels: read them as images. Reads none."""

import math

import streamlit as st

from core.data.original import blob_of_file, is_kept
from core.data.pixels import pixel_option
from core.domain import Dataset
from core.sentences import say
from pages.components import session
from pages.components.adding import read_stored_again


def draw_pixels_offer(dataset: Dataset) -> None:
    """Nothing for tables without such columns, and for those whose file is not kept."""
    asked = pixel_option(dataset)
    if asked is None or not is_kept(blob_of_file(dataset)):
        return
    n = len(asked["columns"])
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="pixels_offer"):
        st.markdown(say("pixels.offer", n=n, side=math.isqrt(n)), width="stretch")
        if st.button("Read them as images", icon=":material/image:", key="read_as_images"):
            read_stored_again(dataset, {**session.catalog().asked_options(dataset), "pixels": asked})
            st.rerun()
