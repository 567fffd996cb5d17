"""Numbers as waves: each column gets frequencies of its own, so that a network can bend sharply."""

import math

import keras
import tensorflow as tf

from core.layers.pacing import Paced, paced

FREQUENCIES, WIDTH, SPREAD = 16, 4, 0.1


class PeriodicEmbeddings(Paced):
    """(batch, d) → (members, batch, 4 d): the column itself, and three mixtures of its waves.

    Per column: [x, W₂ cos(2π w₁ x + b₁) + b₂], 16 frequencies w₁ ~ N(0, 0.1²), b₁ ~ U(−π, π), W₂ and b₂
    ~ U(±1/√16). "PBLD" of Holzmüller et al. (2024), arXiv 2407.04491, section 3, after Gorishniy et
    al. (2022), On embeddings for numerical features, arXiv 2203.05556.
    """

    def __init__(self, members: int, *, pace: float, **kwargs):
        super().__init__(**kwargs)
        self.members, self.pace = members, pace

    def build(self, input_shape):
        columns, uniform = (self.members, input_shape[-1]), keras.initializers.RandomUniform
        edge = 1 / math.sqrt(FREQUENCIES)

        def add(name, shape, initializer):
            return self.add_paced(name, (*columns, *shape), initializer, self.pace)

        self.frequencies = add("frequencies", (1, FREQUENCIES), keras.initializers.RandomNormal(0, SPREAD))
        self.phases = add("phases", (1, FREQUENCIES), uniform(-math.pi, math.pi))
        self.mixture = add("mixture", (FREQUENCIES, WIDTH - 1), uniform(-edge, edge))
        self.offset = add("offset", (1, WIDTH - 1), uniform(-edge, edge))

    def call(self, x):
        n, d = tf.shape(x)[0], x.shape[-1]
        turned = tf.transpose(x)[None, :, :, None]  # (1, d, batch, 1)
        waves = tf.cos(turned * (2 * math.pi * paced(self.frequencies)) + paced(self.phases))
        mixed = tf.matmul(waves, paced(self.mixture)) + paced(self.offset)  # (members, d, batch, 3)
        mixed = tf.reshape(tf.transpose(mixed, (0, 2, 1, 3)), (self.members, n, d * (WIDTH - 1)))
        return tf.concat([tf.broadcast_to(x, (self.members, n, d)), mixed], axis=-1)

    def compute_output_shape(self, input_shape):
        return (self.members, input_shape[0], WIDTH * input_shape[-1])
