"""Layers over words in the order of reading: codes that are left out while training, runs of them, and what
is pooled without the places after a text's end.

Codes are those of `core.modalities.text`: 0 after the end, 1 for an unknown word, 2 … for the others.
"""

import keras
from keras import ops

from core.layers.pacing import Paced

UNSEEN = 1
SPREAD = 92_821  # a prime: pairs of codes scatter over the buckets


class WordDropout(keras.layers.Layer):
    """Makes a share of the words unknown while training, so that no single one decides.

    Source: Iyyer et al. (2015), Deep unordered composition rivals syntactic methods, ACL, section 3.1.
    """

    def __init__(self, rate: float, **kwargs):
        super().__init__(**kwargs)
        self.rate = rate
        self.seeds = keras.random.SeedGenerator()

    def call(self, codes, training=False):
        if not training or not self.rate:
            return codes
        is_left_out = keras.random.uniform(ops.shape(codes), seed=self.seeds) < self.rate
        return ops.where(ops.logical_and(is_left_out, codes > UNSEEN), UNSEEN, codes)

    def compute_output_shape(self, input_shape):
        return input_shape


class WordRuns(keras.layers.Layer):
    """Codes (batch, length) → a bucket for each run of so many neighbours (batch, length - run + 1); 0 where
    one of them is unknown or past the end.

    Source: Joulin et al. (2017), Bag of tricks for efficient text classification, EACL, section 2.2.
    """

    def __init__(self, run: int, buckets: int, **kwargs):
        super().__init__(**kwargs)
        self.run, self.buckets = run, buckets

    def call(self, codes):
        n = codes.shape[1] - self.run + 1
        mixed, known = codes[:, :n], codes[:, :n] > UNSEEN
        for place in range(1, self.run):
            following = codes[:, place : place + n]
            # in 32 bits, where it wraps around: any scattering will do, as long as it is the same one
            mixed = mixed * SPREAD + following
            known = ops.logical_and(known, following > UNSEEN)
        return ops.where(known, ops.abs(mixed % (self.buckets - 1)) + 1, 0)

    def compute_output_shape(self, input_shape):
        return (input_shape[0], input_shape[1] - self.run + 1)


class WordVectors(Paced):
    """Codes (batch, length) → a learned vector each, (batch, length, width).

    pace: of the learning rate. A word is met seldom, so its vector has few steps to get anywhere.
    """

    def __init__(self, n_codes: int, width: int, pace: float = 1.0, **kwargs):
        super().__init__(**kwargs)
        self.n_codes, self.width, self.pace = n_codes, width, pace

    def build(self, input_shape):
        start = keras.initializers.RandomNormal(stddev=0.1)
        self.vectors = self.add_paced("vectors", (self.n_codes, self.width), start, self.pace)

    def call(self, codes):
        return ops.take(self.vectors, codes, axis=0) * self.pace  # of the words in hand, not of all

    def compute_output_shape(self, input_shape):
        return (*input_shape, self.width)


class _Pooled(keras.layers.Layer):
    """One vector a text from one a word; the mask ends here."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.supports_masking = True

    def compute_mask(self, inputs, previous_mask=None):
        return None

    def compute_output_shape(self, vectors_shape, counts_shape=None):
        return (vectors_shape[0], vectors_shape[2])


class MaskedMean(_Pooled):
    """(batch, length, width) and what counts of it (batch, length) → the mean (batch, width); 0 where nothing counts."""

    def call(self, vectors, counts):
        share = ops.cast(counts, vectors.dtype)[:, :, None]
        return ops.sum(vectors * share, axis=1) / ops.maximum(ops.sum(share, axis=1), 1.0)


class MaskedMax(_Pooled):
    """(batch, length, width) and what counts of it (batch, length) → the largest (batch, width); 0 where nothing counts."""

    def call(self, vectors, counts):
        kept = ops.where(counts[:, :, None], vectors, -1e9)
        anything = ops.any(counts, axis=1, keepdims=True)
        return ops.where(anything, ops.max(kept, axis=1), 0.0)


class Places(keras.layers.Layer):
    """Adds a learned vector for each place in the text: (batch, length, width) → the same."""

    def build(self, input_shape):
        self.vectors = self.add_weight(
            shape=input_shape[1:], initializer=keras.initializers.RandomNormal(stddev=0.02), name="places"
        )

    def call(self, x):
        return x + self.vectors

    def compute_output_shape(self, input_shape):
        return input_shape
