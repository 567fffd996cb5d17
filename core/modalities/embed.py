"""The front of every network for tables: an entry a group of inputs, joined into one tensor."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from core.modalities import InputSpec, owner_of

if TYPE_CHECKING:
    import keras


def embed_inputs(
    input_specs: Mapping[str, InputSpec], then: "Mapping[str, keras.layers.Layer] | None" = None
) -> "tuple[dict[str, keras.KerasTensor], keras.KerasTensor]":
    """The Keras inputs by name, and all of them as one tensor (batch, width) float32.

    Imports Keras. Numbers and indicators pass as they are, codes through embeddings.
    then: the layer to put an input through besides, by the input's name.
    """
    import keras

    entries = {s.name: keras.Input(shape=s.shape, dtype=s.dtype, name=s.name) for s in input_specs.values()}
    parts = [
        (then or {}).get(s.name, lambda x: x)(owner_of(s).embed(entries[s.name], s))
        for s in input_specs.values()
    ]
    return entries, parts[0] if len(parts) == 1 else keras.layers.Concatenate(name="inputs")(parts)
