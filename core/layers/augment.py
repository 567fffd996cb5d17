"""Images changed a little at random while a network learns: moved, turned, made larger, mirrored. Idle in prediction."""

import keras
import tensorflow as tf

from core.augmentation import Change, coefficients


@keras.saving.register_keras_serializable("fathom")
class Augment(keras.layers.Layer):
    """(batch, height, width, channels) → the same shape; what comes in from outside is as the edge is.

    One affine map an image, so that its pixels are read once however many changes there are.
    """

    def __init__(self, change: Change, seed: int, **kwargs):
        super().__init__(**kwargs)
        self.change = change
        self.generator = keras.random.SeedGenerator(seed)

    def call(self, images, training=False):
        if not training or not self.change.does_anything:
            return images
        n = tf.shape(images)[0]
        height, width = images.shape[1:3]

        def between(most: float):
            return keras.random.uniform((n,), -most, most, seed=self.generator)

        change = self.change
        angle = between(change.turn) * (3.141592653589793 / 180)
        zoom = 1.0 + between(change.zoom)
        sign = tf.ones((n,))
        if change.mirror:
            sign = tf.where(keras.random.uniform((n,), seed=self.generator) < 0.5, -1.0, 1.0)
        rows = coefficients(
            tf.cos(angle), tf.sin(angle), zoom, between(change.shift) * width, between(change.shift) * height, sign,
            height=height, width=width,
        )  # fmt: skip
        zeros = tf.zeros((n,))
        transforms = tf.stack([*rows, zeros, zeros], axis=1)  # (batch, 8)
        return tf.raw_ops.ImageProjectiveTransformV3(
            images=images, transforms=transforms, output_shape=(height, width), fill_value=0.0,
            interpolation="BILINEAR", fill_mode="NEAREST",
        )  # fmt: skip
