"""Convolutions over a sound's spectrogram, averaged over time: what is heard, wherever in the clip it is heard.

Source: Kong et al. (2020), PANNs, IEEE/ACM TASLP 28, 2880-2894, made small.
"""

from core.architectures import Architecture, n_outputs
from core.architectures._sounds import AUGMENTATION, TRAINING, convolved, pooled, sound_network, summed_up
from core.architectures._trunks import DROPOUT
from core.knobs import Knob


def build(task, inputs, *, filters, dropout, shift, noise, masks):
    import keras

    def trunk(x, prefix):
        for stage, n in enumerate(filters, start=1):
            if stage > 1:
                x = pooled(x, f"{prefix}_{stage}")
            x = convolved(x, n, f"{prefix}_{stage}")
        return summed_up(keras.ops.mean(x, axis=1), prefix, dropout)  # of (batch, moments, filters)

    entries, x = sound_network(inputs, {"shift": shift, "noise": noise, "masks": masks}, trunk)
    return keras.Model(entries, keras.layers.Dense(n_outputs(task), name="output")(x), name="sound_cnn")


architecture = Architecture(
    key="sound_cnn",
    title="CNN on the spectrogram",
    summary="Looks for the same small patterns of pitch and time all over the clip. The best first choice for sounds.",
    build=build,
    made_for="sound",
    knobs=(
        Knob(
            name="filters", title="Filters per stage", kind="integers", default=[16, 32, 64, 96], min_length=1, low=4,
            high=512, max_length=6, help="Each stage after the first halves the number of pitches and of moments.",
        ),
        DROPOUT,
        *AUGMENTATION,
    ),
    training=TRAINING,
    order=26,
)  # fmt: skip
