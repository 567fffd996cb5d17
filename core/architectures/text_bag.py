"""Averaged vectors of words and of runs of them, after fastText: order is forgotten but for neighbours."""

from core.architectures import Architecture
from core.architectures._text import (
    DROPOUT,
    RUNS,
    TEXT,
    TRAINING,
    WIDTH,
    WORD_DROPOUT,
    answer_from_text,
    phrase_means,
    word_vectors,
)


def build(task, inputs, *, width, buckets, word_dropout, dropout):
    import keras

    def encode(codes, counts, spec):
        vectors = word_vectors(codes, spec, width)
        means = phrase_means(codes, counts, vectors, spec, width=width, buckets=buckets)
        return keras.layers.Concatenate(name=f"{spec.name}_means")(
            means
        )  # (batch, width for each length of run)

    return answer_from_text(task, inputs, encode, word_dropout=word_dropout, dropout=dropout, name="text_bag")


architecture = Architecture(
    key="text_bag",
    title="Averaged word vectors",
    summary="A vector for every word and every run of neighbours, averaged, after fastText. Quick, and hard to beat.",
    build=build,
    knobs=(
        WIDTH,
        RUNS,
        WORD_DROPOUT,
        DROPOUT,
    ),
    training={**TRAINING, "learning_rate": 0.005},
    made_for=TEXT,
    share=1.0,
    order=30,
)
