"""Categories as points: a vector for each value of a column, learned with the network."""

from itertools import groupby

import keras
import tensorflow as tf

SPREAD = 0.05


class EntityEmbeddings(keras.layers.Layer):
    """Codes (batch, columns) → (batch, width): for each column a vector, half as wide as it has codes.

    vocabulary: how many codes each column has. most: no vector is wider.
    Source: Guo & Berkhahn (2016), Entity embeddings of categorical variables, arXiv 1604.06737.
    """

    def __init__(self, vocabulary: tuple[int, ...], most: int, **kwargs):
        super().__init__(**kwargs)
        self.vocabulary = vocabulary
        self.widths = [width_of(codes, most) for codes in vocabulary]

    def build(self, input_shape):
        uniform = keras.initializers.RandomUniform
        self.tables = [
            self.add_weight(shape=shape, initializer=uniform(-SPREAD, SPREAD), name=f"embeddings_{i}")
            for i, shape in enumerate(zip(self.vocabulary, self.widths))
        ]

    def call(self, codes):
        tables = map(tf.convert_to_tensor, self.tables)
        return tf.concat([tf.gather(table, codes[:, i]) for i, table in enumerate(tables)], axis=-1)

    def compute_output_shape(self, input_shape):
        return (input_shape[0], sum(self.widths))


class IndicatorEmbeddings(keras.layers.Layer):
    """Columns of 0 and 1 (batch, d) → (batch, width): those of one short list of values become one vector.

    sources: for each, the column of the table that it comes from; a list's are neighbours.
    """

    def __init__(self, sources: tuple[str, ...], most: int, **kwargs):
        super().__init__(**kwargs)
        self.sizes = [len(list(group)) for _, group in groupby(sources)]
        self.widths = [width_of(size, most) for size in self.sizes]

    def build(self, input_shape):
        uniform = keras.initializers.RandomUniform
        self.tables = [
            self.add_weight(shape=shape, initializer=uniform(-SPREAD, SPREAD), name=f"embeddings_{i}")
            for i, shape in enumerate(zip(self.sizes, self.widths))
        ]

    def call(self, x):
        lists = tf.split(x, self.sizes, axis=1)
        return tf.concat([tf.matmul(part, table) for part, table in zip(lists, self.tables)], axis=-1)

    def compute_output_shape(self, input_shape):
        return (input_shape[0], sum(self.widths))


def width_of(codes: int, most: int) -> int:
    return min(most, (codes + 1) // 2)
