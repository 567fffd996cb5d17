"""A table's row as a sentence: a vector for each column, and one that stands for the whole."""

import keras
import numpy as np
import tensorflow as tf


def _edge(width: int) -> keras.initializers.Initializer:
    return keras.initializers.RandomUniform(-(width**-0.5), width**-0.5)


class ColumnTokens(keras.layers.Layer):
    """(batch, d) → (batch, columns, width): per column of the table Σ x_j w_j + b over what comes from it.

    sources: for each feature, the column of the table that it comes from.
    Source: FT-Transformer, Gorishniy et al. (2021), arXiv 2106.11959, section 3.3.
    """

    def __init__(self, sources: tuple[str, ...], width: int, **kwargs):
        super().__init__(**kwargs)
        columns = list(dict.fromkeys(sources))
        self.width, self.n_columns = width, len(columns)
        # (columns, d): which features make up a column
        self.belongs = np.array([[source == column for source in sources] for column in columns], np.float32)

    def build(self, input_shape):
        d = input_shape[-1]
        self.weights_of = self.add_weight(
            shape=(d, self.width), initializer=_edge(self.width), name="vectors"
        )
        shape = (self.n_columns, self.width)
        self.bias = self.add_weight(shape=shape, initializer=_edge(self.width), name="bias")

    def call(self, x):
        each = x[:, :, None] * self.weights_of  # (batch, d, width)
        return (each if self.n_columns == x.shape[1] else tf.matmul(self.belongs, each)) + self.bias

    def compute_output_shape(self, input_shape):
        return (input_shape[0], self.n_columns, self.width)


class CategoryTokens(keras.layers.Layer):
    """Codes (batch, columns) → (batch, columns, width): a vector for each code of each column."""

    def __init__(self, vocabulary: tuple[int, ...], width: int, **kwargs):
        super().__init__(**kwargs)
        self.vocabulary, self.width = vocabulary, width

    def build(self, input_shape):
        shape = (sum(self.vocabulary), self.width)
        self.table = self.add_weight(shape=shape, initializer=_edge(self.width), name="embeddings")
        shape = (len(self.vocabulary), self.width)
        self.bias = self.add_weight(shape=shape, initializer=_edge(self.width), name="bias")

    def call(self, codes):
        starts = tf.cumsum(tf.constant(self.vocabulary, codes.dtype), exclusive=True)
        return tf.gather(tf.convert_to_tensor(self.table), codes + starts) + self.bias

    def compute_output_shape(self, input_shape):
        return (input_shape[0], len(self.vocabulary), self.width)


class WholeToken(keras.layers.Layer):
    """(batch, columns, width) → one more in front, the same for every row, that gathers what matters."""

    def build(self, input_shape):
        width = input_shape[-1]
        self.token = self.add_weight(shape=(1, 1, width), initializer=_edge(width), name="token")

    def call(self, tokens):
        first = tf.broadcast_to(self.token, (tf.shape(tokens)[0], 1, tokens.shape[-1]))
        return tf.concat([first, tokens], axis=1)

    def compute_output_shape(self, input_shape):
        return (input_shape[0], input_shape[1] + 1, input_shape[2])
