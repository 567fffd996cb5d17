"""Adam as one operation a weight, with a decay that can change while it trains.

Keras writes a step of Adam as a dozen operations, each of which walks through the weights once:
on two cores that takes longer than a small network's own arithmetic. TensorFlow has it as one.
"""

import keras
import tensorflow as tf

from core.layers.pacing import pace_of
from core.training.schedule import fading

NEVER_DECAYED = ("bias", "gamma", "beta")  # decay there only shifts what the layer can undo


class Adam(keras.optimizers.Adam):
    """Keras' Adam, number for number; for TensorFlow's own variables, as Keras hands them on."""

    def update_step(self, gradient, variable, learning_rate):
        index = self._get_variable_index(variable)
        step = tf.cast(self.iterations + 1, variable.dtype)
        tf.raw_ops.ResourceApplyAdam(
            var=variable.handle,
            m=self._momentums[index].value.handle,
            v=self._velocities[index].value.handle,
            beta1_power=tf.pow(tf.constant(self.beta_1, variable.dtype), step),
            beta2_power=tf.pow(tf.constant(self.beta_2, variable.dtype), step),
            lr=tf.cast(learning_rate, variable.dtype),
            beta1=self.beta_1,
            beta2=self.beta_2,
            epsilon=self.epsilon,
            grad=tf.convert_to_tensor(gradient),
        )


class AdamW(Adam):
    """Adam whose weights shrink by rate · decay a step; biases and normalisation never do.

    decay_fades: over the second half of training the decay shrinks to nothing.
    """

    def __init__(self, learning_rate: float, *, decay: float, decay_fades: bool, **kwargs):
        super().__init__(learning_rate, **kwargs)
        self.decay, self.decay_fades = decay, decay_fades

    def shrink(self, variables: "list[keras.Variable]", progress: "tf.Tensor") -> None:
        """Take the decay of one step. progress: scalar in [0, 1], the share of training done."""
        share = self.decay * (fading(progress) if self.decay_fades else 1.0)
        share *= tf.convert_to_tensor(self.learning_rate)
        for variable in variables:
            if is_decayed(variable):
                # squared, as the decay of the published networks that have paces is
                variable.assign(variable * (1.0 - share * pace_of(variable) ** 2))


def is_decayed(variable: keras.Variable) -> bool:
    return variable.name not in NEVER_DECAYED
