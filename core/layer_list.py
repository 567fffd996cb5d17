"""A network's layers as a list of words that people edit: "conv 32", "pool 2", "dense 64". Builds none.

What comes out of each layer is told from the list alone, so that a form can show it while one edits.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from core.errors import BadInput

Padding = Literal["same", "valid"]
MOST_LAYERS = 40


@dataclass(frozen=True, kw_only=True)
class LayerKind:
    """A word of the list. arguments: names of the numbers after it; least: how many of them are needed."""

    word: str
    title: str
    arguments: tuple[str, ...] = ()
    least: int = 0
    low: float = 1
    high: float = 1024
    is_share: bool = False


KINDS: dict[str, LayerKind] = {
    kind.word: kind
    for kind in (
        LayerKind(word="conv", title="Convolution", arguments=("filters", "window"), least=1),
        LayerKind(word="pool", title="Max pooling", arguments=("window",), low=2, high=8),
        LayerKind(word="norm", title="Batch normalisation"),
        LayerKind(word="dropout", title="Dropout", arguments=("share",), least=1, low=0.0, high=0.9, is_share=True),
        LayerKind(word="average", title="Global average pooling"),
        LayerKind(word="dense", title="Dense", arguments=("units",), least=1, high=4096),
    )
}  # fmt: skip
WINDOW = {"conv": 3, "pool": 2}  # where none is said


@dataclass(frozen=True, kw_only=True)
class Layer:
    """One entry. size: filters, window, share or units; window: of a convolution or a pooling."""

    word: str
    size: float | None = None
    window: int | None = None

    def __str__(self) -> str:
        kind = KINDS[self.word]
        said = [self.word] + ([f"{self.size:g}"] if self.size is not None else [])
        if self.word == "conv" and self.window != WINDOW["conv"]:
            said.append(str(self.window))
        return " ".join(said) if kind.arguments else self.word


def read_layers(value: str | Sequence[str]) -> list[Layer]:
    """The layers of a list of words, or of one text with commas. Raises BadInput naming the entry that does not fit."""
    entries = re.split(r"[,;\n]+", value) if isinstance(value, str) else list(value)
    layers = [_read(str(entry)) for entry in entries if str(entry).strip()]
    if not layers:
        raise BadInput("layers_none", known=_known())
    if len(layers) > MOST_LAYERS:
        raise BadInput("layers_many", n=len(layers), most=MOST_LAYERS)
    return layers


def _read(entry: str) -> Layer:
    word, *numbers = entry.lower().split()
    kind = KINDS.get(word)
    if kind is None:
        raise BadInput("layer_unknown", entry=entry.strip()[:40], known=_known())
    try:
        values = [float(number) for number in numbers]
    except ValueError:
        raise BadInput("layer_numbers", entry=entry.strip()[:40], title=kind.title, known=_known()) from None
    fits = kind.least <= len(values) <= len(kind.arguments) and all(
        kind.low <= v <= kind.high and (kind.is_share or v == int(v)) for v in values
    )
    if not fits or (word == "conv" and values[1:] and values[1] > 11):
        raise BadInput("layer_numbers", entry=entry.strip()[:40], title=kind.title, known=_known())
    if word == "conv":
        return Layer(word=word, size=values[0], window=int(values[1]) if len(values) > 1 else WINDOW[word])
    if word == "pool":
        window = int(values[0]) if values else WINDOW[word]
        return Layer(word=word, size=window, window=window)
    return Layer(word=word, size=values[0] if values else None)


def _known() -> str:
    return ", ".join(" ".join([k.word, *(f"({a})" for a in k.arguments)]) for k in KINDS.values())


def shapes(layers: Sequence[Layer], shape: tuple[int, ...], padding: Padding) -> list[tuple[int, ...]]:
    """What comes out of each layer, from an image of this (height, width, channels).

    The first layer that needs a row of numbers lays the image out as one.
    Raises BadInput naming the layer for which too little of the image is left, or that comes too late.
    """
    found = []
    for number, layer in enumerate(layers, start=1):
        if layer.word in ("conv", "pool", "average") and len(shape) == 1:
            raise BadInput("layer_late", number=number, layer=str(layer))
        shape = _AFTER[layer.word](layer, shape, padding)
        if min(shape) < 1:
            raise BadInput("layer_too_small", number=number, layer=str(layer))
        found.append(shape)
    return found


def _after_conv(layer: Layer, shape: tuple[int, ...], padding: Padding) -> tuple[int, ...]:
    lost = layer.window - 1 if padding == "valid" else 0
    return shape[0] - lost, shape[1] - lost, int(layer.size)


def _after_pool(layer: Layer, shape: tuple[int, ...], padding: Padding) -> tuple[int, ...]:
    return shape[0] // layer.window, shape[1] // layer.window, shape[2]


_AFTER: dict[str, Callable[[Layer, tuple[int, ...], Padding], tuple[int, ...]]] = {
    "conv": _after_conv,
    "pool": _after_pool,
    "norm": lambda layer, shape, padding: shape,
    "dropout": lambda layer, shape, padding: shape,
    "average": lambda layer, shape, padding: shape[2:],
    "dense": lambda layer, shape, padding: (int(layer.size),),
}
