"""Parts on a conveyor belt, photographed from above: made up, with a few photos in the wrong folder."""

import io
import zipfile

import numpy as np

from sample_data.generate.folders import archive_of

SIDE, FINE = 32, 3  # pixels of a photo, and points a pixel is averaged over
EACH = 110  # photos of a part
N_MISPLACED = 8  # of all photos
PARTS = ("bolt", "bracket", "gear", "nut", "washer")


def archives() -> dict[str, bytes]:
    rng = np.random.default_rng(20_261_124)
    photos = [(part, _photo(part, rng)) for part in PARTS for _ in range(EACH)]
    parts = archive_of(
        "parts/{folder}/{number:03}.png", PARTS, photos, _encoded,
        n_misplaced=N_MISPLACED, compression=zipfile.ZIP_STORED, rng=rng,
    )  # fmt: skip
    return {"parts.zip": parts}


def _photo(part: str, rng: np.random.Generator) -> np.ndarray:
    """(SIDE, SIDE) uint8: a bright part somewhere on a dark belt, at any angle, under uneven light."""
    places = (np.arange(SIDE * FINE) + 0.5) / (SIDE * FINE) - 0.5
    y, x = np.meshgrid(places, places, indexing="ij")
    angle, size = rng.uniform(0, 2 * np.pi), rng.uniform(0.75, 1.1)
    across, down = rng.uniform(-0.09, 0.09, 2)
    x, y = (x - across) / size, (y - down) / size
    x, y = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
    covered = _shape(part, x, y).reshape(SIDE, FINE, SIDE, FINE).mean(axis=(1, 3))
    light = 1 + rng.uniform(-0.3, 0.3) * np.linspace(-1, 1, SIDE)[:, None]
    belt, metal = rng.uniform(35, 70), rng.uniform(150, 210)
    bright = (belt + (metal - belt) * covered) * light + rng.normal(0, 9, (SIDE, SIDE))
    return np.clip(np.rint(bright), 0, 255).astype(np.uint8)


def _shape(part: str, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Whether each point is metal. x, y: in widths of the photo, from its middle."""
    radius, angle = np.hypot(x, y), np.arctan2(y, x)
    hexagon = np.max([abs(x * np.cos(a) + y * np.sin(a)) for a in np.pi / 3 * np.arange(3)], axis=0)
    match part:
        case "washer":
            return (radius < 0.3) & (radius > 0.15)
        case "nut":
            return (hexagon < 0.28) & (radius > 0.15)
        case "gear":
            return (radius < 0.28 + 0.05 * np.sign(np.sin(9 * angle))) & (radius > 0.12)
        case "bolt":
            head = (abs(x) < 0.17) & (abs(y + 0.24) < 0.08)
            return head | ((abs(x) < 0.07) & (y > -0.2) & (y < 0.34))
    return ((abs(x + 0.2) < 0.07) & (abs(y) < 0.3)) | ((abs(y - 0.23) < 0.07) & (x > -0.27) & (x < 0.28))


def _encoded(pixels: np.ndarray) -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG", optimize=True)
    return out.getvalue()
