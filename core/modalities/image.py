"""Images: pixels of one size and colour depth, chosen from the training rows. Knows no file."""

import zlib

import numpy as np
import pandas as pd

from core.data.picture_sizes import chosen_size
from core.data.pictures import pixels_of, size_of
from core.domain import Column, Kind
from core.modalities import InputSpec, State
from core.modalities._decoded import decoded, names_of
from core.modalities._hog import histograms, n_features

FLAT_SIDE = 32  # of what classic models see as columns, at most
LOOKED_AT = 300  # training images by whose colours it is decided whether colour says anything
GREY_TOLERANCE = 8  # of 255 between red, green and blue, which JPEG makes of grey
FEW = 256  # images that are not worth starting threads for


class Image:
    """state: shape: height, width, channels (1 for grey, 3); missing: whether a training value was; name.

    Images of other proportions are stretched. A missing one is black, and said to be missing.
    """

    key = "image"
    kinds: tuple[Kind, ...] = ("image",)
    owns = None
    views = ("hog",)
    flat_is_whole = True
    is_heavy = True

    def fit(self, series: pd.Series, column: Column) -> State:
        contents = [value for value in series if isinstance(value, bytes)]
        # chosen by their content, so that the order of the rows does not matter
        looked_at = sorted(contents, key=zlib.crc32)[:LOOKED_AT]
        sizes = [size_of(content) for content in contents]
        height, width = chosen_size([h for h, _ in sizes], [w for _, w in sizes])
        is_grey = all(_is_grey(pixels_of(content, (height, width, 3))) for content in looked_at)
        return {
            "name": column.name,
            "shape": [height, width, 1 if is_grey else 3],
            "missing": len(contents) < len(series),
        }

    def transform(self, series: pd.Series, state: State) -> dict[str, np.ndarray]:
        shape = tuple(state["shape"])
        return decoded(series, state, shape, lambda content: pixels_of(content, shape), FEW)

    def names(self, state: State) -> dict[str, tuple[str, ...]]:
        return names_of(state)

    def vocabulary(self, state: State) -> int:
        return 0

    def own(self, state: State) -> tuple[tuple[int, ...], str, tuple[int, ...]]:
        return tuple(state["shape"]), "uint8", ()

    def embed(self, tensor, spec: InputSpec):
        """Every pixel by itself, from 0 to 1: what a network without convolutions sees."""
        import keras

        scaled = keras.layers.Rescaling(1 / 255, name=f"{spec.name}_scaled")(tensor)
        return keras.layers.Flatten(name=f"{spec.name}_pixels")(scaled)

    def flatten(self, array: np.ndarray, spec: InputSpec) -> np.ndarray:
        """Brightness of every pixel, or of every square of pixels where there would be too many."""
        n, height, width, channels = array.shape
        step = _step(spec)
        rows, columns = height // step, width // step
        squares = array[:, : rows * step, : columns * step].reshape(n, rows, step, columns, step, channels)
        return (squares.mean(axis=(2, 4), dtype=np.float32) / np.float32(255)).reshape(n, -1)

    def flat_names(self, spec: InputSpec) -> tuple[str, ...]:
        height, width, channels = spec.shape
        step, name = _step(spec), spec.feature_names[0]
        colours = ("",) if channels == 1 else (" red", " green", " blue")
        return tuple(
            f"{name} at {row}, {column}{colour}"
            for row in range(0, height // step * step, step)
            for column in range(0, width // step * step, step)
            for colour in colours
        )

    def view(self, name: str, array: np.ndarray, spec: InputSpec) -> np.ndarray:
        """hog: histograms of the directions of edges, (n, d) float32."""
        if not len(array):
            return np.zeros((0, n_features(spec.shape)), np.float32)
        return histograms(array)


def _step(spec: InputSpec) -> int:
    return -(-max(spec.shape[:2]) // FLAT_SIDE)


def _is_grey(pixels: np.ndarray) -> bool:
    own = pixels.astype(np.int16)
    return int((own.max(axis=2) - own.min(axis=2)).max()) <= GREY_TOLERANCE


modality = Image()
