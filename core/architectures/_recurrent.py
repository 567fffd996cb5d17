"""What the networks share that read a text word by word, with a memory: how it is built around one kind of cell."""

from core.architectures._text import (
    DROPOUT,
    RUNS,
    WIDTH,
    WORD_DROPOUT,
    WORD_PACE,
    answer_from_text,
    phrase_means,
    sometimes_heard,
    to_be_read,
    word_vectors,
)
from core.knobs import Knob

UNITS = Knob(
    name="units",
    title="Size of the memory",
    kind="integer",
    default=48,
    low=1,
    high=512,
    log=True,
    help="How much it can keep in mind while it reads. Twice that where it reads in both directions.",
)
KNOBS = (WIDTH, UNITS, RUNS, WORD_DROPOUT, DROPOUT)


def build_recurrent(task, inputs, cell, *, both_ways, width, units, buckets, word_dropout, dropout, name):
    """cell: the name of a Keras layer. What it remembers at each word is pooled, the largest and the mean, and joined by
    the means of words and runs."""
    import keras

    from core.layers.words import MaskedMax, MaskedMean

    def encode(codes, counts, spec):
        reader = getattr(keras.layers, cell)(units, return_sequences=True, name=f"{spec.name}_{cell.lower()}")
        if both_ways:
            reader = keras.layers.Bidirectional(reader, name=f"{spec.name}_both_ways")
        vectors = word_vectors(codes, spec, width, WORD_PACE)
        read = reader(to_be_read(vectors, spec), mask=counts)  # (batch, length, units or twice that)
        pooled = [
            MaskedMax(name=f"{spec.name}_max")(read, counts),
            MaskedMean(name=f"{spec.name}_mean")(read, counts),
        ]
        means = phrase_means(codes, counts, vectors, spec, width=width, buckets=buckets, pace=WORD_PACE)
        return keras.layers.Concatenate(name=f"{spec.name}_memory")([sometimes_heard(pooled, spec), *means])

    return answer_from_text(task, inputs, encode, word_dropout=word_dropout, dropout=dropout, name=name)
