"""Dropout at a fifth of the usual cost, which may shrink to nothing as training nears its end."""

import keras
import tensorflow as tf

from core.training.schedule import fading


class Dropout(keras.layers.Layer):
    """Switches off a share of the values at random and makes up for it with the others.

    fades: the full rate over the first half of training, then less. progress: a weight that
    whoever trains sets to the share of training done, step by step.
    Source: Srivastava et al. (2014), JMLR 15, 1929-1958; fading: Holzmüller et al. (2024), Better by
    default, arXiv 2407.04491, section 3.
    """

    def __init__(self, rate: float, *, fades: bool = False, **kwargs):
        super().__init__(**kwargs)
        self.rate, self.fades = rate, fades
        self.seeds = keras.random.SeedGenerator()

    def build(self, input_shape):
        if self.fades:
            self.progress = self.add_weight(shape=(), initializer="zeros", trainable=False, name="progress")

    def call(self, x, training=False):
        if not training:
            return x
        rate = self.rate * (fading(tf.convert_to_tensor(self.progress)) if self.fades else 1.0)
        # in 256ths, since a byte a value is drawn: floats would take a fifth of a small network's step
        dropped = tf.round(256.0 * rate)
        is_kept = tf.cast(self._bytes(x) >= tf.cast(dropped - 128.0, tf.int8), x.dtype)
        return x * (is_kept * (256.0 / (256.0 - dropped)))

    def _bytes(self, x):
        """int8 of all values alike, in the shape of x."""
        seed, n = tf.cast(self.seeds.next(), tf.int32), tf.size(x)
        fours = tf.random.stateless_uniform(((n + 3) // 4,), seed, minval=None, maxval=None, dtype=tf.int32)
        return tf.reshape(tf.reshape(tf.bitcast(fours, tf.int8), (-1,))[:n], tf.shape(x))

    def compute_output_shape(self, input_shape):
        return input_shape
