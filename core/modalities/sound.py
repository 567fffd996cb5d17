"""Sounds: log-mel spectrograms of one rate and length, chosen from the training rows. Knows no file."""

import numpy as np
import pandas as pd

from core.data.clips import RATE, length_of
from core.data.spectrograms import Reading, chosen_reading, spectrogram
from core.domain import Column, Kind
from core.modalities import InputSpec, State
from core.modalities._decoded import decoded, names_of
from core.modalities._mfcc import names as mfcc_names
from core.modalities._mfcc import timbre

FEW = 64  # clips that are not worth starting threads for


class Sound:
    """state: rate: samples a second; n_samples: of each clip; missing: whether a training value was; name.

    A longer clip is cut, a shorter one followed by silence. A missing one is silent, and said to be missing.
    """

    key = "sound"
    kinds: tuple[Kind, ...] = ("sound",)
    owns = None
    views = ()
    flat_is_whole = False  # what is said when is lost
    is_heavy = True

    def fit(self, series: pd.Series, column: Column) -> State:
        contents = [value for value in series if isinstance(value, bytes)]
        lengths = [length_of(content) for content in contents] or [(0.0, RATE)]
        reading = chosen_reading(*zip(*lengths))
        return {
            "name": column.name,
            "rate": reading.rate,
            "n_samples": reading.n_samples,
            "missing": len(contents) < len(series),
        }

    def transform(self, series: pd.Series, state: State) -> dict[str, np.ndarray]:
        reading = _reading(state)
        return decoded(series, state, reading.shape, lambda content: spectrogram(content, reading), FEW)

    def names(self, state: State) -> dict[str, tuple[str, ...]]:
        return names_of(state)

    def vocabulary(self, state: State) -> int:
        return 0

    def own(self, state: State) -> tuple[tuple[int, ...], str, tuple[int, ...]]:
        return _reading(state).shape, "uint8", ()

    def embed(self, tensor, spec: InputSpec):
        """Mean and spread of each band, from 0 to 1: what a network without convolutions hears."""
        import keras

        scaled = keras.layers.Rescaling(1 / 255, name=f"{spec.name}_scaled")(tensor)
        bands = keras.layers.Reshape(spec.shape[:2], name=f"{spec.name}_bands")(scaled)
        mean = keras.ops.mean(bands, axis=2)
        spread = keras.ops.sqrt(keras.ops.var(bands, axis=2) + 1e-6)
        return keras.layers.Concatenate(name=f"{spec.name}_summed_up")([mean, spread])

    def flatten(self, array: np.ndarray, spec: InputSpec) -> np.ndarray:
        """Mean and spread of the MFCC and of their changes."""
        return timbre(array)

    def flat_names(self, spec: InputSpec) -> tuple[str, ...]:
        return tuple(f"{spec.feature_names[0]}: {name}" for name in mfcc_names())


def _reading(state: State) -> Reading:
    return Reading(rate=state["rate"], n_samples=state["n_samples"])


modality = Sound()
