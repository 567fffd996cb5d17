"""A drawing made to look like the images a network has learned from: paper, place and size. Knows no network."""

import io
from collections.abc import Sequence

import numpy as np

from core.data.pictures import pixels_of, size_of

SHARE = 20 / 28  # of the side that a digit takes, as in MNIST
SIDE = 112  # pixels of the result
INK = 0.15  # of full darkness, from which a pixel counts as drawn


def dark_paper(contents: Sequence[bytes]) -> bool | None:
    """Whether grey images stand bright on dark; None where some are in colour. From the rim of each image."""
    rims = []
    for content in contents:
        pixels = pixels_of(content, (*size_of(content), 3)).astype(np.int16)
        if (pixels.max(axis=2) - pixels.min(axis=2)).max() > 8:
            return None
        grey = pixels[..., 0]
        rims.append(np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]]).mean())
    return bool(np.median(rims) < 128) if rims else None


def as_learned(drawing: bytes, *, dark: bool) -> bytes | None:
    """A drawing in dark ink on white as a PNG file of the same look as the images learned from; None if nothing is drawn.

    What is drawn takes the same share of the side and has its centre of mass in the middle.
    """
    from PIL import Image

    with Image.open(io.BytesIO(drawing), formats=("PNG",)) as image:
        own = image.convert("RGBA")
    white = Image.alpha_composite(Image.new("RGBA", own.size, "white"), own).convert("L")
    ink = 1 - np.asarray(white, np.float32) / 255
    drawn = ink > INK
    if not drawn.any():
        return None
    rows, columns = np.flatnonzero(drawn.any(axis=1)), np.flatnonzero(drawn.any(axis=0))
    cut = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    factor = SHARE * SIDE / max(cut.shape)
    size = [max(1, round(n * factor)) for n in cut.shape]
    small = np.asarray(
        Image.fromarray((cut * 255).astype(np.uint8)).resize((size[1], size[0]), Image.Resampling.BILINEAR),
        np.float32,
    )
    y, x = (np.average(np.arange(n), weights=small.sum(axis=1 - axis) + 1e-6) for axis, n in enumerate(size))
    top = int(np.clip(round((SIDE - 1) / 2 - y), 0, SIDE - size[0]))
    left = int(np.clip(round((SIDE - 1) / 2 - x), 0, SIDE - size[1]))
    paper = np.zeros((SIDE, SIDE), np.uint8)
    paper[top : top + size[0], left : left + size[1]] = small
    out = io.BytesIO()
    Image.fromarray(paper if dark else 255 - paper).save(out, "PNG")
    return out.getvalue()
