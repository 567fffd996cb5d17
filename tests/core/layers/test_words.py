"""Layers over words: what is left out, what is put together, and what does not count."""

import numpy as np
import pytest

CODES = np.array([[2, 3, 4, 0, 0], [2, 3, 1, 4, 0], [0, 0, 0, 0, 0]], np.int32)


def test_left_out_words_become_unknown_while_training_only_and_the_end_stays():
    from core.layers.words import WordDropout

    layer = WordDropout(0.9)
    assert np.array_equal(layer(CODES, training=False), CODES)
    left = np.asarray(layer(np.tile(CODES, (50, 1)), training=True))
    again = np.tile(CODES, (50, 1))
    assert set(left[left != again]) == {1} and (left[again == 0] == 0).all()


@pytest.mark.parametrize("run", [2, 3])
def test_equal_runs_share_a_bucket_wherever_they_stand_and_unknown_words_break_them(run):
    from core.layers.words import WordRuns

    codes = np.array([[2, 3, 4, 2, 3, 4], [2, 3, 1, 4, 0, 0]], np.int32)
    buckets = np.asarray(WordRuns(run, 64)(codes))
    assert buckets.shape == (2, 6 - run + 1) and buckets.min() >= 0 and buckets.max() < 64
    assert buckets[0, 0] == buckets[0, 3] > 0
    assert (buckets[1] > 0).tolist() == [run == 2] + [False] * (6 - run)


@pytest.mark.parametrize(("name", "expected"), [("MaskedMean", [2.0, 0.0]), ("MaskedMax", [3.0, 0.0])])
def test_what_comes_after_the_end_does_not_count(name, expected):
    from core.layers import words

    vectors = np.array([[[1.0], [3.0], [99.0]], [[99.0], [99.0], [99.0]]], np.float32)
    counts = np.array([[True, True, False], [False, False, False]])
    assert np.asarray(getattr(words, name)()(vectors, counts))[:, 0].tolist() == expected


def test_vectors_at_a_pace_start_as_others_and_go_so_many_times_as_far_in_a_step():
    import keras

    from core.layers.words import WordVectors

    moved = {}
    for pace in (1.0, 5.0):
        keras.utils.set_random_seed(3)
        layer = WordVectors(6, 4, pace)
        before = np.asarray(layer(CODES))
        layer.vectors.assign_sub(0.01 * np.ones((6, 4)))  # Adam's first step, whatever the gradient's size
        moved[pace] = before, before - np.asarray(layer(CODES))
    assert np.allclose(moved[1.0][0], moved[5.0][0], atol=1e-6)
    assert np.allclose(moved[5.0][1], 5 * moved[1.0][1], atol=1e-6)
