"""Several networks as one: a leading axis of members, every member with weights of its own."""

import keras
import tensorflow as tf


class ForMembers(keras.layers.Layer):
    """(batch, d) → (members, batch, d): every member sees the same rows."""

    def __init__(self, members: int, **kwargs):
        super().__init__(**kwargs)
        self.members = members

    def call(self, x):
        return tf.broadcast_to(x, (self.members, tf.shape(x)[0], x.shape[-1]))

    def compute_output_shape(self, input_shape):
        return (self.members, *input_shape)


class MemberEmbeddings(keras.layers.Layer):
    """Codes (batch, columns) → (members, batch, columns · width): a vector a code, N(0, 1) at first.

    vocabulary: how many codes each column has. One table holds all columns, so that it is one look-up.
    """

    def __init__(self, members: int, vocabulary: tuple[int, ...], *, width: int, **kwargs):
        super().__init__(**kwargs)
        self.members, self.vocabulary, self.width = members, vocabulary, width

    def build(self, input_shape):
        self.table = self.add_weight(
            shape=(sum(self.vocabulary), self.members * self.width),
            initializer=keras.initializers.RandomNormal(0, 1),
            name="embeddings",
        )

    def call(self, codes):
        starts = tf.cumsum(tf.constant(self.vocabulary, codes.dtype), exclusive=True)
        found = tf.gather(
            tf.convert_to_tensor(self.table), codes + starts
        )  # (batch, columns, members · width)
        n, columns = tf.shape(codes)[0], len(self.vocabulary)
        apart = tf.reshape(found, (n, columns, self.members, self.width))
        return tf.reshape(tf.transpose(apart, (2, 0, 1, 3)), (self.members, n, columns * self.width))

    def compute_output_shape(self, input_shape):
        return (self.members, input_shape[0], len(self.vocabulary) * self.width)


class MembersLast(keras.layers.Layer):
    """(members, batch, k) → (batch, members, k): how a network of several hands out its answers."""

    def call(self, x):
        return tf.transpose(x, (1, 0, 2))

    def compute_output_shape(self, input_shape):
        return (input_shape[1], input_shape[0], input_shape[2])


class MemberScaling(keras.layers.Layer):
    """(batch, d) → (members, batch, d): every member's own factor a feature, all the rest they share.

    repeats: how often one factor drawn from N(0, 1) stands in a row at first: features that came
    from one column start alike.
    Source: TabM-mini, Gorishniy et al. (2024), arXiv 2410.24210, section 3.3.
    """

    def __init__(self, members: int, repeats: tuple[int, ...], **kwargs):
        super().__init__(**kwargs)
        self.members, self.repeats = members, repeats

    def build(self, input_shape):
        normal = keras.initializers.RandomNormal(0, 1)

        def start(shape, dtype=None):
            return tf.repeat(normal((self.members, 1, len(self.repeats)), dtype), self.repeats, axis=-1)

        self.factor = self.add_weight(
            shape=(self.members, 1, input_shape[-1]), initializer=start, name="factor"
        )

    def call(self, x):
        return x * self.factor

    def compute_output_shape(self, input_shape):
        return (self.members, *input_shape)


class MemberDense(keras.layers.Layer):
    """(members, batch, d) → (members, batch, units): a dense layer a member, U(±1/√d) at first."""

    def __init__(self, units: int, **kwargs):
        super().__init__(**kwargs)
        self.units = units

    def build(self, input_shape):
        members, d = input_shape[0], input_shape[-1]
        edge = d**-0.5
        uniform = keras.initializers.RandomUniform
        self.kernel = self.add_weight(
            shape=(members, d, self.units), initializer=uniform(-edge, edge), name="kernel"
        )
        self.bias = self.add_weight(
            shape=(members, 1, self.units), initializer=uniform(-edge, edge), name="bias"
        )

    def call(self, x):
        return tf.matmul(x, self.kernel) + self.bias

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], self.units)
