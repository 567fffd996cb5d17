"""A small Transformer: every word looks at every other, and weighs what it sees."""

from core.architectures import Architecture
from core.architectures._text import (
    DROPOUT,
    READING,
    RUNS,
    TEXT,
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

INSIDE = 0.3  # dropout of what a block adds
ATTENTION = "attention"  # in the names of the layers whose scores say what a word looks at


def build(task, inputs, *, width, blocks, heads, buckets, word_dropout, dropout):
    import keras

    from core.layers.words import MaskedMax, MaskedMean, Places

    def encode(codes, counts, spec):
        name = spec.name
        vectors = word_vectors(codes, spec, width, WORD_PACE)
        x = to_be_read(Places(name=f"{name}_places")(vectors), spec)  # (batch, length, width)
        seen = counts[:, None, :]  # (batch, 1, length): no word looks past the end
        for number in range(1, blocks + 1):
            attention = keras.layers.MultiHeadAttention(
                heads, max(1, width // heads), dropout=0.2, name=f"{name}_{ATTENTION}_{number}"
            )
            normed = keras.layers.LayerNormalization(name=f"{name}_norm_{number}")(x)
            looked, _ = attention(normed, normed, attention_mask=seen, return_attention_scores=True)
            x = x + keras.layers.Dropout(INSIDE, name=f"{name}_looked_{number}")(looked)
            normed = keras.layers.LayerNormalization(name=f"{name}_norm_inner_{number}")(x)
            inner = keras.layers.Dense(2 * width, activation="gelu", name=f"{name}_inner_{number}")(normed)
            outer = keras.layers.Dense(width, name=f"{name}_outer_{number}")(inner)
            x = x + keras.layers.Dropout(INSIDE, name=f"{name}_thought_{number}")(outer)
        x = keras.layers.LayerNormalization(name=f"{name}_norm")(x)
        pooled = [MaskedMean(name=f"{name}_mean")(x, counts), MaskedMax(name=f"{name}_max")(x, counts)]
        means = phrase_means(codes, counts, vectors, spec, width=width, buckets=buckets, pace=WORD_PACE)
        return keras.layers.Concatenate(name=f"{name}_pooled")([sometimes_heard(pooled, spec), *means])

    return answer_from_text(
        task, inputs, encode, word_dropout=word_dropout, dropout=dropout, name="text_attention"
    )


architecture = Architecture(
    key="text_attention",
    title="Small Transformer",
    summary="Every word looks at every other and weighs what it sees, beside the mean of all; where it looks can be drawn.",
    build=build,
    knobs=(
        WIDTH,
        Knob(
            name="blocks",
            title="Blocks",
            kind="integer",
            default=1,
            low=1,
            high=6,
            help="How often the words look at each other. One or two are enough for thousands of texts.",
        ),
        Knob(
            name="heads",
            title="Heads",
            kind="integer",
            default=4,
            low=1,
            high=16,
            help="How many things a word can look for at once.",
        ),
        RUNS,
        WORD_DROPOUT,
        DROPOUT,
    ),
    training={**READING, "learning_rate": 0.001},
    made_for=TEXT,
    order=34,
)
