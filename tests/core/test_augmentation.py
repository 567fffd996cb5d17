import numpy as np
import pytest

from core.augmentation import Change, changed, coefficients, mirroring_harms
from tests.core.pictures import drawn, encoded


@pytest.mark.parametrize(
    ("classes", "harms"),
    [
        (("0", "1"), "0"),
        (("a", "b"), "a"),
        (("cat", "seven"), "seven"),
        (("turn left", "stop"), "turn left"),
        (("hand_right", "fist"), "hand_right"),
        (("cat", "dog"), None),
        (("brightness", "ok"), None),
        ((), None),
    ],
)
def test_what_a_mirror_would_make_another_class_of_is_not_mirrored(classes, harms):
    assert mirroring_harms(classes) == harms


def test_without_any_change_every_pixel_comes_from_its_own_place():
    assert coefficients(1.0, 0.0, 1.0, 0.0, 0.0, 1.0, height=9, width=7) == (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)


def test_a_mirror_exchanges_left_and_right():
    a, b, c, d, e, f = coefficients(1.0, 0.0, 1.0, 0.0, 0.0, -1.0, height=9, width=7)
    assert (a * 0 + b * 4 + c, d * 0 + e * 4 + f) == (6.0, 4.0)


def test_the_preview_shows_what_training_would():
    versions = changed(
        encoded(drawn("lying", 1)), Change(shift=0.2, turn=20, zoom=0.1), np.random.default_rng(0), 3
    )
    assert len({*versions}) == 3


def test_the_layer_changes_images_in_training_alone():
    import keras

    from core.layers.augment import Augment

    pixels = np.stack([drawn("lying", n) for n in range(4)]).astype(np.float32)[..., None] / 255
    layer = Augment(Change(shift=0.2, turn=10, zoom=0.1, mirror=True), seed=0)
    assert np.array_equal(layer(pixels, training=False), pixels)
    made = np.asarray(layer(pixels, training=True))
    assert made.shape == pixels.shape and not np.array_equal(made, pixels) and np.isfinite(made).all()
    idle = Augment(Change(), seed=0)
    assert np.array_equal(idle(pixels, training=True), pixels)
    mirrored = np.asarray(
        Augment(Change(mirror=True), seed=0)(np.repeat(pixels[:1], 64, axis=0), training=True)
    )
    flipped = sum(np.allclose(one, pixels[0][:, ::-1], atol=1e-5) for one in mirrored)
    kept = sum(np.allclose(one, pixels[0], atol=1e-5) for one in mirrored)
    assert flipped + kept == 64 and 10 < flipped < 54
    del keras
