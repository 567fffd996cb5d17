"""Convolutions, then a memory that reads along the clip (CRNN): what is heard, and in which order.

Source: Cakir et al. (2017), Convolutional recurrent neural networks for polyphonic sound event detection,
IEEE/ACM TASLP 25, 1291-1303.
"""

from dataclasses import replace

from core.architectures import Architecture, n_outputs
from core.architectures._sounds import AUGMENTATION, TRAINING, pooled, sound_network, summed_up
from core.architectures._trunks import DROPOUT, FILTERS, convolved
from core.disturbance import Disturbance
from core.knobs import Knob

MOST_POOLED = 2  # stages that share out moments too; further ones only halve pitches, so that order stays


def build(task, inputs, *, filters, units, dropout, shift, noise, masks):
    import keras

    layers = keras.layers

    def trunk(x, prefix):
        for stage, n in enumerate(filters, start=1):
            x = convolved(x, n, f"{prefix}_{stage}")
            x = pooled(x, f"{prefix}_{stage}", most=2 if stage <= MOST_POOLED else 1)
        bands, moments, width = x.shape[1:]
        x = layers.Permute((2, 1, 3), name=f"{prefix}_in_time")(x)
        x = layers.Reshape((moments, bands * width), name=f"{prefix}_moments")(x)
        reader = layers.GRU(units, return_sequences=True, name=f"{prefix}_gru")
        x = layers.Bidirectional(reader, name=f"{prefix}_both_ways")(x)  # (batch, moments, twice the units)
        return layers.Dropout(dropout, name=f"{prefix}_dropout")(summed_up(x, prefix))

    entries, x = sound_network(inputs, Disturbance(shift=shift, noise=noise, masks=masks), trunk)
    return keras.Model(entries, layers.Dense(n_outputs(task), name="output")(x), name="crnn")


architecture = Architecture(
    key="crnn",
    title="CRNN on the spectrogram",
    summary="Recognises patterns as the CNN does, then reads them in their order with a memory. For sounds that are told by "
    "how they go on.",
    build=build,
    made_for="sound",
    knobs=(
        replace(
            FILTERS, default=[16, 32, 48, 64],
            help="Each stage halves the number of pitches, the first two the moments too.",
        ),
        Knob(
            name="units", title="Size of the memory", kind="integer", default=32, low=1, high=512, log=True,
            help="How much it can keep in mind while it listens, in each direction.",
        ),
        DROPOUT,
        *AUGMENTATION,
    ),
    training=TRAINING,
    order=27,
)  # fmt: skip
