"""Convolutions over a sound's spectrogram, averaged over time: what is heard, wherever in the clip it is heard.

Source: Kong et al. (2020), PANNs, IEEE/ACM TASLP 28, 2880-2894, made small.
"""

from dataclasses import replace

from core.architectures import Architecture, n_outputs
from core.architectures._sounds import AUGMENTATION, TRAINING, listened_to, sound_network
from core.architectures._trunks import DROPOUT, FILTERS
from core.disturbance import Disturbance


def build(task, inputs, *, filters, dropout, shift, noise, masks):
    import keras

    def trunk(x, prefix):
        x = listened_to(x, prefix, filters)
        return keras.layers.Dropout(dropout, name=f"{prefix}_dropout")(x)

    entries, x = sound_network(inputs, Disturbance(shift=shift, noise=noise, masks=masks), trunk)
    return keras.Model(entries, keras.layers.Dense(n_outputs(task), name="output")(x), name="sound_cnn")


architecture = Architecture(
    key="sound_cnn",
    title="CNN on the spectrogram",
    summary="Looks for the same small patterns of pitch and time all over the clip. The best first choice for sounds.",
    build=build,
    made_for="sound",
    knobs=(
        replace(
            FILTERS, default=[16, 32, 64, 96],
            help="Each stage after the first halves the number of pitches and of moments.",
        ),
        DROPOUT,
        *AUGMENTATION,
    ),
    training=TRAINING,
    order=26,
)  # fmt: skip
