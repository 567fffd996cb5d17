"""Predicted numbers kept within those that training has seen."""

import keras
import tensorflow as tf

from core.layers.adapting import Adapting


class ClipToTrained(Adapting):
    """Raw outputs of a regression → the same within the training targets' range; not while training,
    where a clipped output would have no gradient.

    Source: Holzmüller et al. (2024), Better by default, arXiv 2407.04491, section 3.
    """

    def build(self, input_shape):
        edge = keras.initializers.Constant
        self.low = self.add_weight(shape=(), initializer=edge(-1e30), trainable=False, name="low")
        self.high = self.add_weight(shape=(), initializer=edge(1e30), trainable=False, name="high")

    def adapt(self, x, targets, rng):
        self.low.assign(targets.min())
        self.high.assign(targets.max())

    def call(self, x, training=False):
        return x if training else tf.clip_by_value(x, self.low, self.high)

    def compute_output_shape(self, input_shape):
        return input_shape
