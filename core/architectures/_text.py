"""What the networks for text share: each text is encoded, everything else joins it before the answer."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from core.architectures import n_outputs
from core.domain import Task
from core.knobs import Knob

if TYPE_CHECKING:
    import keras

    from core.modalities import InputSpec

CHARACTER_BUCKETS = (
    4  # times as many, each as much shorter, where texts are read by character: of three there are many runs
)
CHARACTER_SHARE = 0.3  # of the word dropout, where texts are read by character
WORD_PACE = 5.0  # of vectors, beside what reads them in order and would learn texts by heart at their pace
READ_DROPOUT = 0.3  # of the numbers of a word, in a whole text alike, before it is read in order
LEFT_OUT = 0.5  # share of texts of which, while training, the means of words and runs alone are heard
TEXT = "text"  # the modality these networks are made for

WIDTH = Knob(
    name="width",
    title="Numbers per word",
    kind="integer",
    default=64,
    low=4,
    high=512,
    log=True,
    help="How long the vector is that stands for a word. More tell finer shades apart, and overfit sooner.",
)
WORD_DROPOUT = Knob(
    name="word_dropout",
    step=0.05,
    title="Word dropout",
    kind="decimal",
    default=0.5,
    low=0.0,
    high=0.9,
    help="Share of words made unknown at random in each step, so that no single one decides. "
    "Where texts are read by character, a third of that.",
)
DROPOUT = Knob(
    name="dropout",
    step=0.05,
    title="Dropout",
    kind="decimal",
    default=0.4,
    low=0.0,
    high=0.9,
    help="Share of values switched off at random before the answer, against overfitting.",
)

RUNS = Knob(
    name="buckets",
    advanced=True,
    title="Vectors for runs of words",
    kind="integer",
    default=16_384,
    low=1_024,
    high=1_048_576,
    log=True,
    help="Runs of neighbours share this many vectors. More keep them apart, and take memory. "
    "Where texts are read by character, four times as many, a quarter as long.",
)

# texts are few and words are many: a small step, and an end soon after it stops helping
TRAINING = {
    "learning_rate": 0.002, "epochs": 20, "patience": 4, "weight_decay": 0.01, "batch_size": 64,
}  # fmt: skip
# for networks that read in order, a schedule that comes to its end: what is learned at small steps tells more
# than what more epochs do
READING = {**TRAINING, "epochs": 10}

Encode = Callable[["keras.KerasTensor", "keras.KerasTensor", "InputSpec"], "keras.KerasTensor"]


def answer_from_text(
    task: Task, inputs: Mapping[str, "InputSpec"], encode: Encode, *, word_dropout: float, dropout: float, name: str
) -> "keras.Model":  # fmt: skip
    """The whole network. encode(codes (batch, length), counts (batch, length) bool, spec) → (batch, width)."""
    import keras

    from core.layers.words import WordDropout
    from core.modalities import owner_of

    entries = {s.name: keras.Input(shape=s.shape, dtype=s.dtype, name=s.name) for s in inputs.values()}
    parts = []
    for spec in inputs.values():
        entry = entries[spec.name]
        if spec.modality != TEXT:
            parts.append(owner_of(spec).embed(entry, spec))
            continue
        # a run of three characters must stay whole often enough to be learned
        rate = word_dropout if spec.vocabulary[1] == 2 else CHARACTER_SHARE * word_dropout
        codes = WordDropout(rate, name=f"{spec.name}_dropout")(entry)
        parts.append(encode(codes, keras.ops.not_equal(entry, 0), spec))
    x = parts[0] if len(parts) == 1 else keras.layers.Concatenate(name="features")(parts)
    x = keras.layers.Dropout(dropout, name="features_dropout")(x)
    return keras.Model(entries, keras.layers.Dense(n_outputs(task), name="output")(x), name=name)


def phrase_means(
    codes: "keras.KerasTensor", counts: "keras.KerasTensor", vectors: "keras.KerasTensor",
    spec: "InputSpec", *, width: int, buckets: int, pace: float = 1.0,
) -> "list[keras.KerasTensor]":  # fmt: skip
    """The mean vector of the words, and those of runs of two (of characters of two and three): (batch, width) each.

    vectors: of the words, (batch, length, width). Below a hundred thousand texts most of what can be learned lies here:
    networks that read in order have these means beside what they read, and add to them.
    """
    import keras

    from core.layers.words import MaskedMean, WordRuns, WordVectors

    name = spec.name
    if spec.vocabulary[1] > 2:
        buckets, width = CHARACTER_BUCKETS * buckets, max(1, width // CHARACTER_BUCKETS)
    means = [MaskedMean(name=f"{name}_words_mean")(vectors, counts)]
    for run in range(2, spec.vocabulary[1] + 1):
        places = WordRuns(run, buckets, name=f"{name}_runs_{run}")(codes)
        found = WordVectors(buckets, width, pace, name=f"{name}_run_vectors_{run}")(places)
        known = keras.ops.not_equal(places, 0)
        means.append(MaskedMean(name=f"{name}_run_mean_{run}")(found, known))
    return means


def to_be_read(vectors: "keras.KerasTensor", spec: "InputSpec") -> "keras.KerasTensor":
    """The vectors (batch, length, width) as what reads them in order gets them: some numbers are off in a whole text.

    Source: Gal & Ghahramani (2016), A theoretically grounded application of dropout in recurrent neural networks.
    """
    import keras

    return keras.layers.SpatialDropout1D(READ_DROPOUT, name=f"{spec.name}_reading_dropout")(vectors)


def sometimes_heard(read: "list[keras.KerasTensor]", spec: "InputSpec") -> "keras.KerasTensor":
    """What was read in order, (batch, width) each, as one; of half of the texts it is left out while training.

    It learns thousands of texts by heart before the means beside it have said anything. Source: Neverova et al. (2016),
    ModDrop: adaptive multi-modal gesture recognition.
    """
    import keras

    joined = keras.layers.Concatenate(name=f"{spec.name}_read")(read)
    return keras.layers.Dropout(LEFT_OUT, noise_shape=(None, 1), name=f"{spec.name}_read_dropout")(joined)


def word_vectors(
    codes: "keras.KerasTensor", spec: "InputSpec", width: int, pace: float = 1.0
) -> "keras.KerasTensor":
    """(batch, length) → (batch, length, width), learned with the network."""
    from core.layers.words import WordVectors

    return WordVectors(spec.vocabulary[0], width, pace, name=f"{spec.name}_words")(codes)
