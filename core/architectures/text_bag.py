"""Averaged vectors of words and of runs of them, after fastText: order is forgotten but for neighbours."""

from core.architectures import Architecture
from core.architectures._text import (
    DROPOUT,
    TEXT,
    TRAINING,
    WIDTH,
    WORD_DROPOUT,
    answer_from_text,
    word_vectors,
)
from core.knobs import Knob


def build(task, inputs, *, width, buckets, word_dropout, dropout):
    import keras

    from core.layers.words import MaskedMean, WordRuns

    def encode(codes, counts, spec):
        name = spec.name
        means = [MaskedMean(name=f"{name}_mean")(word_vectors(codes, spec, width), counts)]
        for run in range(2, spec.vocabulary[1] + 1):  # two words, or two and three characters
            places = WordRuns(run, buckets, name=f"{name}_runs_{run}")(codes)
            start = keras.initializers.RandomNormal(stddev=0.1)
            layer = keras.layers.Embedding(
                buckets, width, embeddings_initializer=start, name=f"{name}_run_vectors_{run}"
            )
            means.append(
                MaskedMean(name=f"{name}_run_mean_{run}")(layer(places), keras.ops.not_equal(places, 0))
            )
        return keras.layers.Concatenate(name=f"{name}_means")(means)  # (batch, width for each length of run)

    return answer_from_text(task, inputs, encode, word_dropout=word_dropout, dropout=dropout, name="text_bag")


architecture = Architecture(
    key="text_bag",
    title="Averaged word vectors",
    summary="A vector for every word and every run of neighbours, averaged, after fastText. Quick, and hard to beat.",
    build=build,
    knobs=(
        WIDTH,
        Knob(
            name="buckets",
            advanced=True,
            title="Vectors for runs of words",
            kind="integer",
            default=16_384,
            low=1_024,
            high=1_048_576,
            log=True,
            help="Runs of neighbours share this many vectors. More keep them apart, and take memory.",
        ),
        WORD_DROPOUT,
        DROPOUT,
    ),
    training={**TRAINING, "learning_rate": 0.005},
    made_for=TEXT,
    share=1.0,
    order=30,
)
