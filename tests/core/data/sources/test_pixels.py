"""Tables whose columns are pixels: recognised, and read as images where somebody asks for it."""

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from core.data.catalog import Catalog
from core.data.ingest import ingest
from core.data.pixels import option_of, pixel_option
from core.data.samples import sample_called
from core.data.sources._kept_aside import read_kept_aside
from core.data.text_table import read_text
from core.errors import BadInput
from tests.core.pictures import drawn

IMAGES = np.stack([drawn(kind, n) for n in range(20) for kind in ("lying", "standing")])


def written(path, *, header=True, more=()):
    names = [f"pixel{n}" for n in range(144)]
    frame = pd.DataFrame(IMAGES.reshape(len(IMAGES), -1), columns=names)
    frame.insert(0, "label", ["lying", "standing"] * 20)
    for name, values in more:
        frame[name] = values
    frame.to_csv(path, index=False, header=header)
    return path


def pixels_of(content):
    return np.asarray(Image.open(io.BytesIO(content)))


@pytest.mark.parametrize("header", [True, False])
def test_pixels_are_recognised_and_come_as_the_images_they_are(tmp_path, home, header):
    path = written(tmp_path / "bars.csv", header=header)
    table = ingest(path, name="bars.csv", owner="ann", home=home)
    asked = pixel_option(table)
    assert len(asked["columns"]) == 144 and asked["top"] == 255
    dataset = ingest(path, name="bars.csv", owner="ann", home=home, options={"pixels": asked})
    assert [c.kind for c in dataset.columns] == ["category", "image"] and dataset.n_rows == 40
    frame = Catalog(home).read(dataset)
    assert all(np.array_equal(pixels_of(c), image) for c, image in zip(frame["image"], IMAGES))
    assert frame.iloc[:3, 1].tolist() == ["lying", "standing", "lying"]
    assert list(read_text(path, {"pixels": asked}).frame().columns)[-1] == "image"


def test_brightness_in_another_unit_is_stretched(home):
    sample = sample_called("digits")
    asked = pixel_option(ingest(sample.path, name="digits", owner="ann", home=home))
    assert len(asked["columns"]) == 64 and "digit" not in asked["columns"] and asked["top"] == 16
    dataset = ingest(sample.path, name="digits", owner="ann", home=home, options={"pixels": asked})
    image = pixels_of(Catalog(home).read(dataset)["image"].iloc[0])
    assert image.shape == (8, 8) and image.max() > 200


def test_other_columns_stay_and_a_row_that_is_no_image_is_set_aside(tmp_path, home):
    path = written(tmp_path / "bars.csv", more=[("taken_by", ["ann", "bob"] * 20)])
    asked = pixel_option(ingest(path, name="bars.csv", owner="ann", home=home))
    lines = path.read_text().splitlines()
    lines[1] = lines[1].replace(",", ",999,", 1).rsplit(",", 2)[0] + ",ann"
    path.write_text("\n".join(lines))
    dataset = ingest(path, name="bars.csv", owner="ann", home=home, options={"pixels": asked})
    assert [c.name for c in dataset.columns] == ["label", "taken_by", "image"]
    assert dataset.n_rows == 39 and dataset.n_rejected == 1
    (aside,) = read_kept_aside(Path(dataset.location) / "rejects.csv", 5)
    assert aside["text"] == "row 1" and "0 to 255" in aside["reason"]


@pytest.mark.parametrize("place", ["first", "last"])
def test_a_label_that_is_a_number_is_no_pixel(place):
    names = [f"c{n}" for n in range(65)]
    label, corner = (names[0], names[-1]) if place == "first" else (names[-1], names[0])
    ranges = {name: (0, 255) for name in names} | {label: (0, 9), corner: (0, 0)}
    assert label not in option_of(ranges, names)["columns"]


@pytest.mark.parametrize("key", ["churn", "house_prices", "demand"])
def test_other_tables_are_not_taken_for_pixels(home, key):
    assert pixel_option(ingest(sample_called(key).path, name=key, owner="ann", home=home)) is None


def test_pixels_that_are_not_there_are_said(tmp_path, home):
    path = written(tmp_path / "bars.csv")
    with pytest.raises(BadInput) as refused:
        ingest(path, name="b", owner="ann", home=home, options={"pixels": {"columns": ["a"] * 4, "top": 255}})
    assert refused.value.code == "pixels_absent"
