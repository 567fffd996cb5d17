"""Numbers as pieces: each column is cut at its quantiles, and a network learns a height for each piece."""

import math

import keras
import numpy as np
import tensorflow as tf

from core.layers.adapting import Adapting

BINS, WIDTH = 48, 16


class PiecewiseLinearEmbeddings(Adapting):
    """(batch, d) → (batch, 16 d): per column W₀ x + b₀ + Σ V_t · piece_t(x).

    piece_t is 0 below the t-th of up to 48 bins, 1 above it and the share of it within; it goes on below
    the first and above the last. W₀ and b₀ ~ U(±1/√16), V = 0: a straight line at first.
    "Version B" of Yandex Research's rtdl-num-embeddings; Gorishniy et al. (2022), On embeddings for
    numerical features, arXiv 2203.05556, and (2024), TabM, arXiv 2410.24210.
    """

    def build(self, input_shape):
        d, edge = input_shape[-1], 1 / math.sqrt(WIDTH)
        uniform = keras.initializers.RandomUniform
        self.slope = self.add_weight(shape=(d, WIDTH), initializer=uniform(-edge, edge), name="slope")
        self.start = self.add_weight(shape=(d, WIDTH), initializer=uniform(-edge, edge), name="bias")
        self.heights = self.add_weight(shape=(d, BINS, WIDTH), initializer="zeros", name="heights")
        bins = (d, 1, BINS)
        self.lows = self.add_weight(shape=bins, initializer="zeros", trainable=False, name="lows")
        # 1 / width of each bin; 0 for those that a column with few distinct values does not need
        self.factors = self.add_weight(shape=bins, initializer="zeros", trainable=False, name="factors")
        # how far each piece may go: 0 and 1, and beyond at the two ends
        self.floors = self.add_weight(shape=bins, initializer="zeros", trainable=False, name="floors")
        self.roofs = self.add_weight(shape=bins, initializer="ones", trainable=False, name="roofs")

    def adapt(self, x, targets, rng):
        x = np.asarray(x)
        lows, factors = np.zeros((2, x.shape[1], 1, BINS), np.float32)
        floors, roofs = np.zeros_like(lows), np.ones_like(lows)
        for column, values in enumerate(x.T):
            edges = np.unique(np.quantile(values, np.linspace(0, 1, BINS + 1)).astype(np.float32))
            n = len(edges) - 1
            if n < 1:
                continue  # a constant column stays the straight line
            lows[column, 0, :n], factors[column, 0, :n] = edges[:-1], 1 / np.diff(edges)
            floors[column, 0, 0], roofs[column, 0, n - 1] = -np.inf, np.inf
        for weight, value in zip(
            (self.lows, self.factors, self.floors, self.roofs), (lows, factors, floors, roofs)
        ):
            weight.assign(value)

    def call(self, x):
        n, d = tf.shape(x)[0], x.shape[-1]
        turned = tf.transpose(x)[:, :, None]  # (d, batch, 1)
        pieces = tf.clip_by_value((turned - self.lows) * self.factors, self.floors, self.roofs)
        bent = tf.matmul(pieces, self.heights)  # (d, batch, width)
        straight = turned * self.slope[:, None] + self.start[:, None]
        return tf.reshape(tf.transpose(straight + bent, (1, 0, 2)), (n, d * WIDTH))

    def compute_output_shape(self, input_shape):
        return (input_shape[0], WIDTH * input_shape[-1])
