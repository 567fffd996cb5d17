"""An activation that each unit can turn down: between the bend and the straight line."""

import tensorflow as tf

from core.layers.pacing import Paced, paced


class ParametricActivation(Paced):
    """(members, batch, d) → x + α (σ(x) − x), α for each member and unit, 1 at first.

    kind: "selu" or "mish". pace None: α stays 1, the plain activation.
    Source: Holzmüller et al. (2024), Better by default, arXiv 2407.04491, section 3.
    """

    def __init__(self, kind: str, *, pace: float | None, **kwargs):
        super().__init__(**kwargs)
        self.bend, self.pace = {"selu": tf.nn.selu, "mish": mish}[kind], pace

    def build(self, input_shape):
        if self.pace is not None:
            self.alpha = self.add_paced("alpha", (input_shape[0], 1, input_shape[-1]), "ones", self.pace)

    def call(self, x):
        return self.bend(x) if self.pace is None else x + paced(self.alpha) * (self.bend(x) - x)

    def compute_output_shape(self, input_shape):
        return input_shape


@tf.custom_gradient
def mish(x):
    """x tanh(log(1 + eˣ)) with one exponential: tanh(log(1 + e)) = e (e + 2) / (e (e + 2) + 2).

    Source: Misra (2019), Mish, arXiv 1908.08681.
    """
    e = tf.exp(tf.minimum(x, 20.0))
    n = e * (e + 2.0)
    t = n / (n + 2.0)

    def gradient(upstream):
        return upstream * (t + x * (1.0 - t * t) * (e / (1.0 + e)))

    return x * t, gradient
