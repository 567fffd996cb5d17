"""What every network begins with whose images or sounds go through layers of their own: their joining with other columns."""

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


def joined_trunks(
    inputs: "Mapping[str, InputSpec]",
    modality: str,
    front: "Callable[[keras.KerasTensor, str, int], keras.KerasTensor]",
    trunk: "Callable[[keras.KerasTensor, str], keras.KerasTensor]",
) -> "tuple[dict[str, keras.KerasTensor], keras.KerasTensor]":
    """The Keras inputs by name, and one row of numbers (batch, width) of all of them.

    Each input of the modality comes as uint8 (batch, height, width, channels), is brought between 0 and 1
    and goes through front(x, prefix, place), which keeps its shape, then trunk(x, prefix) → (batch, width).
    Other columns join as they are embedded.
    """
    import keras

    from core.modalities.embed import embed_inputs

    own = {name: spec for name, spec in inputs.items() if spec.modality == modality}
    others = {name: spec for name, spec in inputs.items() if name not in own}
    entries, parts = {}, []
    for place, (name, spec) in enumerate(own.items()):
        entries[name] = keras.Input(shape=spec.shape, dtype=spec.dtype, name=name)
        x = keras.layers.Rescaling(1 / 255, name=f"{name}_scaled")(entries[name])
        parts.append(trunk(front(x, name, place), name))
    if others:
        entries_of_others, joined = embed_inputs(others)
        entries |= entries_of_others
        parts.append(joined)
    return entries, parts[0] if len(parts) == 1 else keras.layers.Concatenate(name="joined")(parts)
