import io

import numpy as np
import pytest
from PIL import Image, ImageDraw

from core.data.drawings import SIDE, as_learned, dark_paper
from tests.core.pictures import drawn, encoded


def sheet(*boxes):
    image = Image.new("RGBA", (280, 280), (0, 0, 0, 0))
    for box in boxes:
        ImageDraw.Draw(image).rectangle(box, fill="black")
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def pixels(content):
    return np.asarray(Image.open(io.BytesIO(content))).astype(int)


@pytest.mark.parametrize("dark", [True, False])
@pytest.mark.parametrize("box", [(10, 10, 40, 120), (200, 150, 270, 170)])
def test_a_drawing_is_centred_in_the_size_and_colours_learned_from(box, dark):
    made = pixels(as_learned(sheet(box), dark=dark))
    ink = made if dark else 255 - made
    assert made.shape == (SIDE, SIDE) and ink[0].max() == 0
    rows, columns = np.nonzero(ink > 100)
    assert max(np.ptp(rows), np.ptp(columns)) == pytest.approx(SIDE * 20 / 28, abs=3)
    assert rows.mean() == pytest.approx(SIDE / 2, abs=2) and columns.mean() == pytest.approx(SIDE / 2, abs=2)


def test_an_empty_sheet_is_no_image():
    assert as_learned(sheet(), dark=True) is None


def test_the_paper_is_told_by_the_rim_of_the_images():
    dark = [encoded(np.pad(drawn("lying", n), 4)) for n in range(5)]
    light = [encoded(255 - np.pad(drawn("lying", n), 4)) for n in range(5)]
    colour = np.zeros((8, 8, 3), np.uint8)
    colour[..., 0] = 200
    assert dark_paper(dark) is True and dark_paper(light) is False
    assert dark_paper([encoded(colour)]) is None and dark_paper([]) is None
