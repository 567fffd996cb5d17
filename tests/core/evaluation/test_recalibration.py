"""Probabilities that training has bent become honest again, and nothing else changes."""

import numpy as np
import pytest

from core.evaluation.recalibration import fit_recalibration, recalibrated

RNG = np.random.default_rng(0)
TRUE = RNG.normal(-2.0, 1.5, (4000, 1))  # honest logits of a rare class
Y = (RNG.random(4000) < 1 / (1 + np.exp(-TRUE[:, 0]))).astype(np.int32)


def share(outputs):
    return 1 / (1 + np.exp(-outputs[:, 0]))


def test_bent_probabilities_of_two_classes_become_honest_and_rows_rank_as_before():
    bent = 0.4 * TRUE + 2.0  # as class weights and focal loss leave them
    straight = recalibrated(bent, fit_recalibration(bent, Y, 2))
    assert share(bent).mean() > 3 * Y.mean()
    assert share(straight).mean() == pytest.approx(Y.mean(), abs=0.01)
    assert np.mean(np.abs(share(straight) - share(TRUE))) < 0.02
    assert (np.argsort(straight[:, 0]) == np.argsort(bent[:, 0])).all()


def test_what_is_honest_is_left_nearly_alone():
    slope, *shifts = fit_recalibration(TRUE, Y, 2)
    assert slope == pytest.approx(1.0, abs=0.1) and shifts[1] - shifts[0] == pytest.approx(0.0, abs=0.15)


def test_several_classes_too():
    logits = RNG.normal(0, 2, (4000, 3)) + [2.0, 0.0, -1.0]
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    y = (RNG.random((4000, 1)) > p.cumsum(axis=1)).sum(axis=1).clip(max=2)
    bent = 2.5 * logits + [0.0, 1.0, 3.0]
    straight = recalibrated(bent, fit_recalibration(bent, y, 3))
    found = np.exp(straight) / np.exp(straight).sum(axis=1, keepdims=True)
    assert found.mean(axis=0) == pytest.approx(p.mean(axis=0), abs=0.02)
    assert np.mean(np.abs(found - p)) < 0.02


@pytest.mark.parametrize(("outputs", "y"), [(TRUE[:10], Y[:10]), (TRUE[:50], np.zeros(50, np.int32))])
def test_rows_that_say_too_little_change_nothing(outputs, y):
    assert fit_recalibration(outputs, y, 2) is None
