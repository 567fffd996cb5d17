"""A dense layer whose size does not change how fast it learns, with first weights made from the rows."""

import math

import keras
import numpy as np
import tensorflow as tf

from core.layers.adapting import Adapting
from core.layers.pacing import Paced, paced, set_paced

BIAS_ROWS = 5


class NtpDense(Paced, Adapting):
    """(members, batch, d) → (members, batch, units): x W / √d + b, each member with its own W and b.

    The neural tangent parametrisation, Jacot et al. (2018), arXiv 1806.07572: W ~ N(0, 1) and the
    factor in front, so that one learning rate suits every width.
    first: "rows": each unit's output has spread 1 on the rows it is adapted to, and its bias is the
    negative of a random mixture of five of them ("std" and "he+5" of Holzmüller et al. (2024),
    arXiv 2407.04491, section 3); "normal": W and b ~ N(0, 1); "zeros".
    """

    def __init__(self, units: int, *, bias_pace: float, first: str = "rows", **kwargs):
        super().__init__(**kwargs)
        self.units, self.bias_pace, self.first = units, bias_pace, first

    def build(self, input_shape):
        members, d = input_shape[0], input_shape[-1]
        self.gain = 1 / math.sqrt(d)
        normal = keras.initializers.RandomNormal(0, 1)
        kernel = "zeros" if self.first == "zeros" else normal
        bias = keras.initializers.RandomNormal(0, 1) if self.first == "normal" else "zeros"
        self.kernel = self.add_weight(shape=(members, d, self.units), initializer=kernel, name="kernel")
        self.bias = self.add_paced("bias", (members, 1, self.units), bias, self.bias_pace)

    def adapt(self, x, targets, rng):
        if self.first != "rows":
            return
        out = np.asarray(tf.matmul(x, self.kernel) * self.gain)  # (members, n, units)
        spread = out.std(axis=1, keepdims=True)
        # a unit that sees nothing but constants stays as it is
        factor = np.where(spread > 1e-6, 1 / np.maximum(spread, 1e-6), 1.0)
        self.kernel.assign(self.kernel * factor)
        shares = rng.dirichlet(np.ones(BIAS_ROWS), size=(out.shape[0], self.units))  # (members, units, 5)
        rows = rng.integers(out.shape[1], size=shares.shape)
        picked = np.take_along_axis(np.moveaxis(out * factor, 1, 2), rows, axis=2)  # (members, units, 5)
        set_paced(self.bias, -(picked * shares).sum(axis=2)[:, None, :])

    def call(self, x):
        return tf.matmul(x, self.gain * self.kernel) + paced(self.bias)

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], self.units)
