"""The learning rate as a share of its starting value, from the share of training done."""

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tensorflow as tf

ONE_CYCLE_RISE = 0.3  # share of training spent rising; Smith (2018), arXiv 1803.09820
ONE_CYCLE_START = 0.04
EXPONENTIAL_END = 0.01
COSLOG_CYCLES = 4  # Holzmüller et al. (2024), Better by default, arXiv 2407.04491, section 3


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
    if name == "coslog4":
        turns = tf.math.log(1.0 + (2.0**COSLOG_CYCLES - 1.0) * progress) / math.log(2.0)
        return 0.5 * (1.0 - tf.cos(2.0 * math.pi * turns))
    return tf.ones_like(progress)


def fading(progress: "tf.Tensor") -> "tf.Tensor":
    """1 over the first half of training, then along a cosine to 0: what regularises best at first.

    Source: flat_cos in Holzmüller et al. (2024), Better by default, arXiv 2407.04491, section 3.
    """
    import tensorflow as tf

    late = tf.clip_by_value(2.0 * progress - 1.0, 0.0, 1.0)
    return 0.5 * (1.0 + tf.cos(math.pi * late))
