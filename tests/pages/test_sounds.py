"""Pages that show tables also show datasets of sounds."""

import base64
import io

import pytest
from PIL import Image

from core.commands import OWNER
from core.data.clip_portraits import BANDS, WAVE, WIDTH, portrait
from core.data.ingest import ingest
from pages.components.gallery import with_pictures
from tests.core.clips import encoded, tone, tones_zip


@pytest.fixture
def recordings(home, tmp_path):
    return ingest(tones_zip(tmp_path / "tones.zip"), name="tones.zip", owner=OWNER, home=home)


@pytest.mark.parametrize("page", ["data.py", "explore.py", "train.py"])
def test_every_page_of_a_dataset_opens(opened, recordings, page):
    app = opened(page, dataset=recordings.id)
    assert not app.exception and not app.error


def test_the_gallery_has_a_picture_and_a_player_for_some_of_each_class(opened, recordings):
    app = opened("data.py", dataset=recordings.id)
    assert {"**falling**", "**rising**"} <= {m.value for m in app.markdown}
    assert len(app.get("audio")) == 8
    assert "Length: 0.3 s · Samples a second: 8,000" in " ".join(c.value for c in app.caption)
    app.selectbox(key=f"gallery_{recordings.id}_sound_class").select("rising").run()
    assert not app.exception and len(app.get("audio")) == 16


def test_the_form_proposes_a_network_for_sounds_and_shows_what_it_will_hear(opened, recordings):
    app = opened("train.py", dataset=recordings.id)
    assert app.session_state["train_architecture_sound"] == "auto"
    assert "As the network will hear them" in " ".join(m.value for m in app.markdown)


def test_the_first_rows_show_pictures_of_their_sounds(recordings, catalog):
    table = with_pictures(catalog.sample(recordings, 3), ["sound"])
    assert table["sound"].str.startswith("data:image/png;base64,").all()


@pytest.mark.parametrize("seconds", [0.001, 0.3, 20.0])
def test_a_portrait_has_one_size_however_long_the_clip(seconds):
    shown = Image.open(io.BytesIO(portrait(encoded(tone("rising", 1, seconds), "FLAC"))))
    assert shown.size == (WIDTH, WAVE + BANDS)


def page_with_a_sound_field(stored):
    import streamlit as st

    from core.prediction.contract import Field
    from pages.components.media_field import draw_media_field

    st.session_state.setdefault("field", stored)
    f = Field(name="sound", kind="sound", heard_s=0.2)
    st.session_state["answered"] = draw_media_field(f, "sound", "field")


def test_a_sound_is_brought_by_file_or_microphone_and_can_be_heard():
    from streamlit.testing.v1 import AppTest

    stored = base64.b64encode(encoded(tone("rising", 1), "FLAC")).decode()
    app = AppTest.from_function(page_with_a_sound_field, args=(stored,), default_timeout=30).run()
    assert not app.exception and len(app.get("audio")) == 1
    assert app.session_state["answered"] == stored
    said = " ".join(c.value for c in app.caption).replace("\\", "")
    assert "first 0.2 of its 0.3 seconds" in said
