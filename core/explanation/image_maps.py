"""Where in an image a network looked for an answer: saliency of single pixels, and Grad-CAM of its last convolution.

Sources: Simonyan, Vedaldi & Zisserman (2014), Deep inside convolutional networks, arXiv 1312.6034;
Selvaraju et al. (2017), Grad-CAM, ICCV.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import keras
    import tensorflow as tf

    from core.domain import Task


@dataclass(frozen=True, kw_only=True)
class ImageMaps:
    """Of one image, each (height, width) from 0 to 1. cam: None where the network has no convolution."""

    saliency: np.ndarray
    cam: np.ndarray | None


def image_maps(
    model: "keras.Model", task: "Task", inputs: Mapping[str, np.ndarray], name: str, class_index: int | None
) -> ImageMaps:
    """What in the image input of that name speaks for a class, or for a larger number.

    inputs: one prepared row. class_index: in the task's order; None for regression.
    """
    import keras
    import tensorflow as tf

    scaled = model.get_layer(f"{name}_scaled")
    last = _last_convolution(model, name)
    others = {k: v for k, v in inputs.items() if k != name}
    entries = [scaled.output, *(model.input[k] for k in others)]
    parts = keras.Model(entries, [model.output] if last is None else [model.output, last.output])
    pixels = scaled(tf.convert_to_tensor(inputs[name]))  # (1, height, width, channels)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(pixels)
        outputs = parts([pixels, *map(tf.convert_to_tensor, others.values())], training=False)
        outputs = outputs if isinstance(outputs, (list, tuple)) else [outputs]
        score = _score(outputs[0], task, class_index)
    saliency = np.abs(np.asarray(tape.gradient(score, pixels)))[0].max(axis=2)
    cam = None
    if last is not None:
        features = outputs[1]
        weights = tf.reduce_mean(tape.gradient(score, features), axis=(1, 2), keepdims=True)
        map_ = tf.nn.relu(tf.reduce_sum(features * weights, axis=3, keepdims=True))
        cam = np.asarray(tf.image.resize(map_, saliency.shape))[0, ..., 0]
    return ImageMaps(saliency=_normalised(saliency), cam=None if cam is None else _normalised(cam))


def _score(output: "tf.Tensor", task: "Task", class_index: int | None) -> "tf.Tensor":
    if task.kind == "multiclass":
        return output[0, class_index]
    return -output[0, 0] if class_index == 0 else output[0, 0]


def _last_convolution(model: "keras.Model", name: str) -> "keras.layers.Layer | None":
    """The last layer of the image's trunk that still has a height and a width of several places."""
    trunk = [
        layer
        for layer in model.layers
        if layer.name.startswith(f"{name}_") and len(layer.output.shape) == 4 and not layer.name.endswith(("_scaled", "_augmented"))
    ]  # fmt: skip
    return trunk[-1] if trunk else None


def _normalised(values: np.ndarray) -> np.ndarray:
    top = float(values.max(initial=0.0))
    return values / top if top > 0 else np.zeros_like(values)


def overlaid(pixels: np.ndarray, heat: np.ndarray, side: int) -> bytes:
    """A PNG file of the image in grey with the map in colour over it. pixels: (h, w, channels) uint8."""
    import io

    from PIL import Image

    grey = pixels.mean(axis=2, keepdims=True) / 255 * 0.6
    share = heat[..., None]
    colour = np.concatenate([np.ones_like(share), 1 - 0.45 * share, 0.15 * np.ones_like(share)], axis=2)
    mixed = grey * (1 - 0.8 * share) + colour * 0.8 * share
    image = Image.fromarray((np.clip(mixed, 0, 1) * 255).astype(np.uint8))
    height, width = pixels.shape[:2]
    factor = side / max(height, width)
    out = io.BytesIO()
    image.resize((round(width * factor), round(height * factor)), Image.Resampling.NEAREST).save(out, "PNG")
    return out.getvalue()
