"""Pages that show tables also show datasets of images."""

import pytest

from core.commands import OWNER
from core.data.ingest import ingest
from core.data.samples import sample_called
from pages.components.gallery import with_pictures
from tests.core.pictures import bars_zip


@pytest.fixture
def photos(home, tmp_path):
    return ingest(bars_zip(tmp_path / "bars.zip"), name="bars.zip", owner=OWNER, home=home)


@pytest.mark.parametrize("page", ["data.py", "explore.py", "train.py"])
def test_every_page_of_a_dataset_opens(opened, photos, page):
    app = opened(page, dataset=photos.id)
    assert not app.exception and not app.error


def test_a_table_of_pixels_is_offered_as_images(opened, home):
    sample = sample_called("digits")
    digits = ingest(sample.path, name="digits", owner=OWNER, home=home)
    app = opened("data.py", dataset=digits.id)
    assert "look like the pixels of images of 8 × 8" in " ".join(m.value for m in app.markdown)
    app.button(key="read_as_images").click().run()
    assert not app.exception


def test_the_form_proposes_a_network_for_images_and_shows_what_it_will_see(opened, photos):
    app = opened("train.py", dataset=photos.id)
    assert app.session_state["train_architecture_image"] == "auto"
    assert "As the network will see them" in " ".join(m.value for m in app.markdown)
    assert "keras.applications" in " ".join(c.value for c in app.caption)


def test_the_first_rows_show_their_images(opened, photos, catalog):
    table = with_pictures(catalog.sample(photos, 3), ["image"])
    assert table["image"].str.startswith("data:image/png;base64,").all()
