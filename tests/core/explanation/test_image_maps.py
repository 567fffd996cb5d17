import io

import keras
import numpy as np
import pytest
from PIL import Image

from core.architectures import ARCHITECTURES
from core.explanation.image_maps import image_maps, overlaid
from tests.core.training.toys import toy


@pytest.mark.parametrize("key", ["cnn", "compact_cnn", "mlp"])
@pytest.mark.parametrize("kind", ["binary", "multiclass", "regression"])
def test_maps_are_as_large_as_the_image_and_within_0_and_1(key, kind):
    t = toy(kind, made_for="image")
    params = {
        "cnn": {"layers": ["conv 4", "pool 2", "conv 4", "dense 8"]},
        "compact_cnn": {"filters": [4, 8]},
    }
    model = ARCHITECTURES[key].assemble(t.task, t.specs, params.get(key, {}), 0, t.rows)
    row = {name: values[:1] for name, values in t.rows.inputs.items()}
    maps = image_maps(model, t.task, row, "image_1", 1 if t.task.classes else None)
    assert maps.saliency.shape == (28, 28) and maps.saliency.max() == 1 and maps.saliency.min() >= 0
    assert (maps.cam is None) == (key == "mlp")
    if maps.cam is not None:
        assert maps.cam.shape == (28, 28) and 0 <= maps.cam.min() and maps.cam.max() <= 1


def test_the_pixel_that_decides_stands_out():
    from core.domain import Task

    task = Task(kind="multiclass", target="y", features=("x",), classes=("a", "b"), metric="accuracy")
    entry = keras.Input((6, 6, 1), dtype="uint8", name="image_1")
    x = keras.layers.Flatten()(keras.layers.Rescaling(1 / 255, name="image_1_scaled")(entry))
    dense = keras.layers.Dense(2, use_bias=False)
    model = keras.Model({"image_1": entry}, dense(x))
    weights = np.zeros((36, 2), np.float32)
    weights[6 * 2 + 3, 1] = 5
    dense.set_weights([weights])
    maps = image_maps(model, task, {"image_1": np.full((1, 6, 6, 1), 9, np.uint8)}, "image_1", 1)
    assert np.unravel_index(maps.saliency.argmax(), (6, 6)) == (2, 3) and maps.saliency.sum() == 1


def test_an_overlay_is_an_image_of_the_asked_size():
    heat = np.zeros((10, 20))
    heat[3, 4] = 1
    shown = Image.open(io.BytesIO(overlaid(np.zeros((10, 20, 1), np.uint8), heat, 200)))
    assert shown.size == (200, 100) and shown.getpixel((45, 35))[0] > shown.getpixel((150, 80))[0]
