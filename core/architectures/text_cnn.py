"""A one-dimensional convolution over words: looks for telling phrases, wherever they stand."""

from core.architectures import Architecture
from core.architectures._text import (
    DROPOUT,
    RUNS,
    TEXT,
    TRAINING,
    WIDTH,
    WORD_DROPOUT,
    WORD_PACE,
    answer_from_text,
    phrase_means,
    word_vectors,
)
from core.knobs import Knob


def build(task, inputs, *, width, windows, filters, buckets, word_dropout, dropout):
    import keras

    from core.layers.words import MaskedMax

    def encode(codes, counts, spec):
        vectors = word_vectors(codes, spec, width, WORD_PACE)
        read = vectors * keras.ops.cast(counts, "float32")[:, :, None]  # nothing after the end
        pooled = []
        for number, window in enumerate(windows):
            convolution = keras.layers.Conv1D(
                filters, window, padding="same", activation="relu", name=f"{spec.name}_window_{number}"
            )
            pooled.append(MaskedMax(name=f"{spec.name}_max_{number}")(convolution(read), counts))
        pooled += phrase_means(codes, counts, vectors, spec, width=width, buckets=buckets, pace=WORD_PACE)
        return keras.layers.Concatenate(name=f"{spec.name}_phrases")(pooled)

    return answer_from_text(task, inputs, encode, word_dropout=word_dropout, dropout=dropout, name="text_cnn")


architecture = Architecture(
    key="text_cnn",
    title="Convolution over words",
    summary="Looks for telling phrases of two to four words, wherever they stand, beside the mean of all words.",
    build=build,
    knobs=(
        WIDTH,
        Knob(
            name="windows",
            title="Words per phrase",
            kind="integers",
            default=[2, 3, 4],
            min_length=1,
            low=1,
            high=9,
            help="One kind of phrase for each number: how many neighbouring words it looks at.",
        ),
        Knob(
            name="filters",
            title="Phrases of each length",
            kind="integer",
            default=64,
            low=1,
            high=1024,
            log=True,
            help="How many phrases of each length it can learn to recognise.",
        ),
        RUNS,
        WORD_DROPOUT,
        DROPOUT,
    ),
    training={**TRAINING, "learning_rate": 0.001},
    made_for=TEXT,
    order=32,
)
