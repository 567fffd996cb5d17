"""Columns brought to one size by their middle half, and softly kept within it."""

import keras
import numpy as np

from core.layers.adapting import Adapting

LIMIT = 3.0


class RobustScale(Adapting):
    """(batch, d) → the same, centred on the median, over the interquartile range, within ±3.

    A column whose middle half is one value is scaled by half its range instead; a constant one
    becomes 0. The soft limit is x / √(1 + (x / 3)²).
    Source: Holzmüller et al. (2024), Better by default, arXiv 2407.04491, section 3.
    """

    def build(self, input_shape):
        shape = (input_shape[-1],)
        self.centre = self.add_weight(shape=shape, initializer="zeros", trainable=False, name="centre")
        self.factor = self.add_weight(shape=shape, initializer="ones", trainable=False, name="factor")

    def adapt(self, x, targets, rng):
        low, first, median, third, high = np.quantile(np.asarray(x), [0, 0.25, 0.5, 0.75, 1], axis=0)
        middle, whole = third - first, high - low
        with np.errstate(divide="ignore"):
            factor = np.where(middle > 0, 1 / middle, np.where(whole > 0, 2 / whole, 0.0))
        self.centre.assign(median)
        self.factor.assign(factor)

    def call(self, x):
        z = (x - self.centre) * self.factor
        return z * keras.ops.rsqrt(1.0 + keras.ops.square(z / LIMIT))

    def compute_output_shape(self, input_shape):
        return input_shape
