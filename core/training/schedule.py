"""The learning rate as a share of its starting value, from the share of training done."""

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tensorflow as tf

ONE_CYCLE_RISE = 0.3  # share of training spent rising; Smith (2018), arXiv 1803.09820
ONE_CYCLE_START = 0.04
EXPONENTIAL_END = 0.01


def factor(name: str, progress: "tf.Tensor") -> "tf.Tensor":
    """The factor on the learning rate. progress: scalar in [0, 1], share of all steps done.

    Computed in the graph, so that it moves with every step although Python sees only chunks.
    "plateau" is 1 here: the loop lowers the base rate itself, from what validation says.
    """
    import tensorflow as tf

    progress = tf.clip_by_value(progress, 0.0, 1.0)
    if name == "cosine":
        return 0.5 * (1.0 + tf.cos(math.pi * progress))
    if name == "exponential":
        return tf.pow(EXPONENTIAL_END, progress)
    if name == "one_cycle":
        rise = ONE_CYCLE_START + (1.0 - ONE_CYCLE_START) * progress / ONE_CYCLE_RISE
        fall = 0.5 * (1.0 + tf.cos(math.pi * (progress - ONE_CYCLE_RISE) / (1.0 - ONE_CYCLE_RISE)))
        return tf.where(progress < ONE_CYCLE_RISE, rise, fall)
    return tf.ones_like(progress)
