"""Sounds changed a little at random while a network learns: moved in time, noise added, parts hidden. Idle in prediction."""

import keras
import tensorflow as tf

from core.disturbance import Disturbance, hidden_span


@keras.saving.register_keras_serializable("fathom")
class SpecAugment(keras.layers.Layer):
    """(batch, bands, moments, 1) from 0 to 1 → the same shape."""

    def __init__(self, by: Disturbance, seed: int, **kwargs):
        super().__init__(**kwargs)
        self.by = by
        self.generator = keras.random.SeedGenerator(seed)

    def call(self, x, training=False):
        if not training:
            return x
        if self.by.shift:
            x = self._moved(x)
        if self.by.noise:
            x = x + self.by.noise * keras.random.normal(tf.shape(x), seed=self.generator)
        for _ in range(self.by.masks):
            x = x * self._shown(tf.shape(x)[0], x.shape[1])[:, :, None, None]
            x = x * self._shown(tf.shape(x)[0], x.shape[2])[:, None, :, None]
        return x

    def compute_output_shape(self, input_shape):
        return input_shape

    def _moved(self, x):
        n_moments = x.shape[2]
        by = self._uniform(tf.shape(x)[0], -self.by.shift, self.by.shift) * n_moments
        places = (tf.range(n_moments)[None, :] - tf.cast(tf.round(by), tf.int32)[:, None]) % n_moments
        return tf.gather(x, places, axis=2, batch_dims=1)

    def _shown(self, n, size: int):
        """(n, size): 0 for what is hidden, somewhere in each row, else 1."""
        first, end = hidden_span(self._uniform(n, 0.0, 1.0), self._uniform(n, 0.0, 1.0), size)
        middle = tf.range(size, dtype=tf.float32)[None, :] + 0.5
        hidden = (middle > first[:, None]) & (middle < end[:, None])
        return 1.0 - tf.cast(hidden, tf.float32)

    def _uniform(self, n, low: float, high: float):
        return keras.random.uniform((n,), low, high, seed=self.generator)
