import numpy as np
import pytest

from core.disturbance import MOST_HIDDEN, Disturbance, disturbed

LEVELS = np.random.default_rng(0).integers(40, 250, (64, 100, 1)).astype(np.uint8)


def versions(**by):
    rng = np.random.default_rng(1)
    return [disturbed(LEVELS, Disturbance(**by), rng) for _ in range(20)]


def trained_on(**by):
    """What the layer makes of the same spectrogram while a network learns."""
    import tensorflow as tf

    from core.layers.spec_augment import SpecAugment

    layer = SpecAugment(Disturbance(**by), seed=1)
    return (
        np.asarray(layer(tf.constant(np.repeat(LEVELS[None], 20, axis=0) / np.float32(255)), training=True))
        * 255
    )


@pytest.mark.parametrize("make", [versions, trained_on], ids=["preview", "training"])
def test_a_moved_clip_holds_the_same_moments_in_the_same_order(make):
    moved = np.array(make(shift=0.1))
    steps = {
        next(k for k in range(-10, 11) if np.allclose(np.roll(LEVELS, k, axis=1), m, atol=0.6)) for m in moved
    }
    assert len(steps) > 5


@pytest.mark.parametrize("make", [versions, trained_on], ids=["preview", "training"])
def test_each_mask_hides_some_bands_and_some_moments_and_nothing_else(make):
    for masked in make(masks=1):
        hidden = masked[..., 0] < 1
        bands, moments = hidden.all(axis=1), hidden.all(axis=0)
        assert bands.sum() <= MOST_HIDDEN * 64 + 1 and moments.sum() <= MOST_HIDDEN * 100 + 1
        assert np.array_equal(hidden, bands[:, None] | moments[None, :])


@pytest.mark.parametrize("make", [versions, trained_on], ids=["preview", "training"])
def test_noise_is_as_strong_as_it_says(make):
    added = np.array(make(noise=0.02)).astype(float) - LEVELS
    assert added.std() == pytest.approx(0.02 * 255, rel=0.1)


def test_nothing_asked_for_changes_nothing():
    assert not Disturbance().does_anything and np.array_equal(versions()[0], LEVELS)
