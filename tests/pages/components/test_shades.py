import numpy as np
import pytest
import streamlit as st

from pages.components.shades import colour_at, text_on
from tests.test_theme import contrast

COLOURS = {look: st.get_option(f"theme.{look}.chartSequentialColors") for look in ("light", "dark")}


@pytest.mark.parametrize("look", COLOURS)
def test_every_shade_carries_text_that_can_be_read(look):
    for share in np.linspace(0, 1, 501):
        shade = colour_at(share, COLOURS[look])
        assert contrast(shade, text_on(shade)) >= 4.5, (look, share, shade)


def test_a_shade_is_the_one_that_is_painted_between_two_colours():
    colours = ["#000000", "#0000C8", "#FFFFFF"]
    painted = [colour_at(share, colours) for share in (0.0, 0.25, 0.5, 1.0, 1.5)]
    assert painted == ["#000000", "#000064", "#0000C8", "#FFFFFF", "#FFFFFF"]
