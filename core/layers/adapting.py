"""Layers that look at some training rows before training starts: statistics, first weights.

What a layer learns there lies in its weights, so that it is saved, loaded and gone on with as
they are. Trains nothing.
"""

from typing import TYPE_CHECKING

import keras
import numpy as np

if TYPE_CHECKING:
    import tensorflow as tf

    from core.training.batches import Rows


class Adapting(keras.layers.Layer):
    """A layer with something to learn from the rows that reach it."""

    def adapt(self, x: "tf.Tensor", targets: np.ndarray, rng: np.random.Generator) -> None:
        """Set the layer's weights. x: what the sample looks like here; targets: (n,), as in `Rows`."""
        raise NotImplementedError


def adapt(model: keras.Model, teachers: "Rows", seed: int) -> None:
    """Let each such layer of a network look at the rows as those before it pass them on."""
    inputs = {name: keras.ops.convert_to_tensor(values) for name, values in teachers.inputs.items()}
    for number, layer in enumerate(model.layers):
        if isinstance(layer, Adapting):
            before = keras.Model(model.input, layer.input)
            layer.adapt(
                before(inputs, training=False), teachers.targets, np.random.default_rng([seed, number])
            )
