"""What networks share whose images or sounds go through layers of their own: convolutions, and their joining with other columns."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from core.knobs import Knob

if TYPE_CHECKING:
    import keras

    from core.modalities import InputSpec

NORM_MOMENTUM = 0.9  # of the means that prediction normalises by: a small data set ends after few steps

DROPOUT = Knob(
    name="dropout", title="Dropout", kind="decimal", default=0.3, low=0.0, high=0.9, step=0.05,
    help="Share of features switched off at random before the answer, against overfitting.",
)  # fmt: skip

FILTERS = Knob(
    name="filters", title="Filters per stage", kind="integers", default=[16, 32, 64], min_length=1, low=4, high=512,
    max_length=6, help="Each stage after the first halves the image's height and width.",
)  # fmt: skip


def convolution(
    x: "keras.KerasTensor", filters: int, name: str, *, stride: int = 1, window: int = 3
) -> "keras.KerasTensor":
    """(batch, height, width, any) → (batch, height / stride, width / stride, filters), to be normalised."""
    import keras

    return keras.layers.Conv2D(
        filters, window, stride, padding="same", use_bias=False, kernel_initializer="he_normal", name=name
    )(x)


def normalised(x: "keras.KerasTensor", name: str) -> "keras.KerasTensor":
    """Each filter brought to a common scale, then what is below its mean cut off."""
    import keras

    x = keras.layers.BatchNormalization(momentum=NORM_MOMENTUM, name=f"{name}_norm")(x)
    return keras.layers.ReLU(name=f"{name}_relu")(x)


def convolved(x: "keras.KerasTensor", filters: int, name: str) -> "keras.KerasTensor":
    """One normalised convolution: (batch, height, width, any) → (batch, height, width, filters)."""
    return normalised(convolution(x, filters, f"{name}_conv"), name)


def joined_trunks(
    inputs: "Mapping[str, InputSpec]",
    modality: str,
    trunk: "Callable[[keras.KerasTensor, str, int], keras.KerasTensor]",
) -> "tuple[dict[str, keras.KerasTensor], keras.KerasTensor]":
    """The Keras inputs by name, and one row of numbers (batch, width) of all of them.

    Each input of the modality comes as uint8 (batch, height, width, channels) and goes through
    trunk(x, prefix, place) → (batch, width). Other columns join as they are embedded.
    """
    import keras

    from core.modalities.embed import embed_inputs

    own = {name: spec for name, spec in inputs.items() if spec.modality == modality}
    others = {name: spec for name, spec in inputs.items() if name not in own}
    entries, parts = {}, []
    for place, (name, spec) in enumerate(own.items()):
        entries[name] = keras.Input(shape=spec.shape, dtype=spec.dtype, name=name)
        parts.append(trunk(entries[name], name, place))
    if others:
        entries_of_others, joined = embed_inputs(others)
        entries |= entries_of_others
        parts.append(joined)
    return entries, parts[0] if len(parts) == 1 else keras.layers.Concatenate(name="joined")(parts)
