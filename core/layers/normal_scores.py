"""Numbers by their rank among training's, spread like a bell: no outlier, no skew."""

import numpy as np
import tensorflow as tf

from core.layers.adapting import Adapting

QUANTILES = 257  # of each column; between two of them the rank is interpolated
NOISE = 1e-3  # in the columns' own spread; keeps ties apart while quantiles are taken
EDGE = 1e-3  # share of the rows beyond which ranks no longer count


class NormalScores(Adapting):
    """(batch, d) → the same, each value the normal quantile of its rank among the rows adapted to.

    After scikit-learn's QuantileTransformer(output_distribution="normal"), as networks for tables
    use it: Gorishniy et al. (2021), Revisiting deep learning models for tabular data, arXiv
    2106.11959, section 4.2.
    """

    def build(self, input_shape):
        shape = (input_shape[-1], QUANTILES)
        even = np.broadcast_to(np.linspace(-1, 1, QUANTILES, dtype=np.float32), shape)
        self.edges = self.add_weight(
            shape=shape, initializer=lambda *a, **k: tf.constant(even), trainable=False, name="edges"
        )

    def adapt(self, x, targets, rng):
        x = np.asarray(x, np.float64)
        noisy = x + NOISE * x.std(axis=0) * rng.normal(size=x.shape)
        edges = np.quantile(noisy, np.linspace(0, 1, QUANTILES), axis=0).T
        # a constant column must not make the distance between two edges zero
        steps = np.maximum(np.diff(edges, axis=1), 1e-7)
        self.edges.assign(np.concatenate([edges[:, :1], edges[:, :1] + np.cumsum(steps, axis=1)], axis=1))

    def call(self, x):
        edges, turned = tf.convert_to_tensor(self.edges), tf.transpose(x)  # (d, quantiles), (d, batch)
        place = tf.searchsorted(edges, turned, side="right")
        place = tf.clip_by_value(place, 1, QUANTILES - 1)
        low, high = (tf.gather(edges, place - i, axis=1, batch_dims=1) for i in (1, 0))
        within = tf.clip_by_value((turned - low) / (high - low), 0.0, 1.0)
        rank = (tf.cast(place - 1, x.dtype) + within) / (QUANTILES - 1)
        return tf.transpose(tf.math.ndtri(tf.clip_by_value(rank, EDGE, 1.0 - EDGE)))

    def compute_output_shape(self, input_shape):
        return input_shape
