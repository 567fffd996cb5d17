import numpy as np
import pandas as pd
import pytest

from core.domain import Column
from core.modalities import OWN, InputSpec
from core.modalities.image import modality
from tests.core.pictures import drawn, encoded

COLUMN = Column(name="photo", kind="image")


def state_of(*arrays):
    return modality.fit(pd.Series([encoded(a) for a in arrays]), COLUMN)


def spec_of(state):
    shape, dtype, _ = modality.own(state)
    return InputSpec(name="image_1", shape=shape, dtype=dtype, feature_names=("photo",), modality="image")


@pytest.mark.parametrize(
    ("sizes", "shape"),
    [
        ([(28, 28)] * 3, [28, 28, 1]),
        ([(30, 20), (50, 30), (40, 26)], [40, 26, 1]),
        ([(400, 200)] * 2, [64, 32, 1]),
        ([(1, 1)] * 2, [8, 8, 1]),
        ([(1, 500)] * 2, [8, 64, 1]),
    ],
)
def test_the_size_is_that_of_most_images_within_bounds(sizes, shape):
    assert state_of(*(np.zeros(size, np.uint8) for size in sizes))["shape"] == shape


def test_colour_is_kept_where_there_is_some():
    grey = np.dstack([drawn("lying", 1)] * 3)
    red = grey.copy()
    red[..., 0] = 255
    assert state_of(grey, grey)["shape"][2] == 1
    assert state_of(grey, red)["shape"][2] == 3


def test_pixels_come_as_they_are_where_the_size_fits():
    arrays = [drawn("lying", n) for n in range(300)]  # enough for several threads
    state = state_of(*arrays)
    made = modality.transform(pd.Series([encoded(a) for a in arrays]), state)
    assert list(made) == [OWN] and np.array_equal(made[OWN][..., 0], np.stack(arrays))


def test_a_missing_image_is_black_and_said_to_be_missing_if_training_had_some():
    state = modality.fit(pd.Series([encoded(drawn("lying", 1)), None]), COLUMN)
    made = modality.transform(pd.Series([None, encoded(drawn("lying", 1))]), state)
    assert not made[OWN][0].any() and made["indicator"].tolist() == [[1.0], [0.0]]


@pytest.mark.parametrize("size", [(28, 28), (64, 48), (9, 13)])
@pytest.mark.parametrize("channels", [1, 3])
def test_classic_models_see_as_many_columns_as_are_named(size, channels):
    spec = InputSpec(
        name="image_1", shape=(*size, channels), dtype="uint8", feature_names=("photo",), modality="image"
    )
    pixels = np.random.default_rng(0).integers(0, 256, (5, *spec.shape)).astype(np.uint8)
    flat = modality.flatten(pixels, spec)
    assert flat.shape == (5, len(modality.flat_names(spec))) and flat.dtype == np.float32
    assert 0 <= flat.min() and flat.max() <= 1
    edges = modality.view("hog", pixels, spec)
    assert edges.dtype == np.float32 and np.isfinite(edges).all()
    assert modality.view("hog", pixels[:0], spec).shape == (0, edges.shape[1])
    assert np.allclose(modality.view("hog", pixels[2:3], spec), edges[2:3])


def test_edges_that_stand_and_edges_that_lie_are_told_apart():
    spec = spec_of(state_of(drawn("lying", 1)))
    pixels = np.stack([drawn(kind, n) for kind in ("lying", "standing") for n in range(20)])[..., None]
    edges = modality.view("hog", pixels, spec)
    lying, standing = edges[:20].mean(axis=0), edges[20:].mean(axis=0)
    own = np.linalg.norm(edges[:20] - lying, axis=1) < np.linalg.norm(edges[:20] - standing, axis=1)
    assert own.mean() > 0.9
