"""Convolutions over a sound's spectrogram, averaged over time: what is heard, wherever in the clip it is heard.

Source: Kong et al. (2020), PANNs, IEEE/ACM TASLP 28, 2880-2894, made small.
"""

from core.architectures import Architecture, n_outputs
from core.architectures._sounds import AUGMENTATION, convolved, pooled, sound_network
from core.knobs import Knob


def build(task, inputs, *, filters, dropout, shift, noise, masks):
    import keras

    layers = keras.layers

    def trunk(x, prefix):
        for stage, n in enumerate(filters, start=1):
            if stage > 1:
                x = pooled(x, f"{prefix}_{stage}")
            x = convolved(x, n, f"{prefix}_{stage}")
        moments = keras.ops.mean(x, axis=1)  # (batch, moments, filters)
        ends = [layers.GlobalAveragePooling1D(name=f"{prefix}_mean")(moments)]
        ends.append(layers.GlobalMaxPooling1D(name=f"{prefix}_loudest")(moments))
        x = layers.Concatenate(name=f"{prefix}_heard")(ends)
        return layers.Dropout(dropout, name=f"{prefix}_dropout")(x) if dropout else x

    entries, x = sound_network(inputs, {"shift": shift, "noise": noise, "masks": masks}, trunk)
    return keras.Model(entries, layers.Dense(n_outputs(task), name="output")(x), name="sound_cnn")


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
        Knob(
            name="dropout", title="Dropout", kind="decimal", default=0.3, low=0.0, high=0.9, step=0.05,
            help="Share of features switched off at random before the answer, against overfitting.",
        ),
        *AUGMENTATION,
    ),
    training={
        "schedule": "one_cycle", "learning_rate": 0.004, "epochs": 40, "batch_size": 32, "weight_decay": 0.01,
        "label_smoothing": 0.05, "patience": 15,
    },
    order=26,
)  # fmt: skip
