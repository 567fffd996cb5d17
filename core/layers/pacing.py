"""Weights that learn at a pace of their own, faster or slower than the learning rate. Knows no optimiser."""

from collections.abc import Sequence

import keras


class Paced(keras.layers.Layer):
    """A layer with weights that move at a multiple of the learning rate.

    Stored is q = p / pace and used is p = pace · q. An optimiser that is given the gradient of p and applies it to
    q moves p `pace` times as far: Adam, whose steps do not depend on a gradient's size, as well as plain descent.
    Source: abc-parametrisations, Yang & Hu (2021), arXiv 2011.14522, section 3.
    """

    def add_paced(self, name: str, shape: Sequence[int], initializer, pace: float) -> keras.Variable:
        """A weight whose value, read with `paced`, starts as the initialiser says."""
        start = keras.initializers.get(initializer)
        weight = self.add_weight(
            shape=shape, initializer=lambda shape, dtype=None: start(shape, dtype) / pace, name=name
        )
        weight.pace = pace
        return weight


def paced(weight: keras.Variable):
    """The weight's value: what the layer computes with."""
    pace = pace_of(weight)
    return weight if pace == 1.0 else pace * weight


def set_paced(weight: keras.Variable, value) -> None:
    weight.assign(value / pace_of(weight))


def pace_of(weight: keras.Variable) -> float:
    return getattr(weight, "pace", 1.0)
