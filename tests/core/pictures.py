"""Small images and archives of them, for tests. Draws shapes that a network can tell apart."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PIL import Image

SIDE = 12


def drawn(kind: str, seed: int, side: int = SIDE) -> np.ndarray:
    """A bar that stands or lies, at a random place, on some noise: uint8 (side, side)."""
    rng = np.random.default_rng(seed)
    pixels = rng.integers(0, 60, (side, side)).astype(np.uint8)
    place = rng.integers(2, side - 2)
    if kind == "standing":
        pixels[:, place - 1 : place + 1] = 230
    else:
        pixels[place - 1 : place + 1, :] = 230
    return pixels


def encoded(pixels: np.ndarray, kind: str = "PNG", **settings) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, kind, **settings)
    return out.getvalue()


def zipped(path: Path, files: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def bars(
    n_each: int = 20, kinds: tuple[str, ...] = ("lying", "standing"), side: int = SIDE
) -> dict[str, bytes]:
    """Path in a zip → image, a folder for each class."""
    return {
        f"bars/{kind}/{number:03}.png": encoded(drawn(kind, 1000 * place + number, side))
        for place, kind in enumerate(kinds)
        for number in range(n_each)
    }


def bars_zip(path: Path, n_each: int = 20) -> Path:
    return zipped(path, bars(n_each))
