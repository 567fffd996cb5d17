"""A stored clip as a picture for people: its waveform above its spectrogram. Draws on no page.

Its colours run from dark to bright, evenly to the eye and for the colour-blind, and look alike on light pages
and dark ones.
"""

import io

import numpy as np

from core.data.clips import samples_of
from core.data.spectrograms import MOST_SECONDS, chosen_reading, levels_of

WIDTH, WAVE, BANDS = 320, 48, 128  # pixels: of the picture, of the waveform's height and of the spectrogram's
# matplotlib's "magma" at even steps. Source: van der Walt & Smith (2015), bids.github.io/colormap
COLOURS = np.array(
    [(0, 0, 4), (28, 16, 68), (79, 18, 123), (129, 37, 129), (181, 54, 122), (229, 80, 100), (251, 135, 97), (254, 194, 135),
     (252, 253, 191)], np.float32,
)  # fmt: skip
INK = COLOURS[6]


def portrait(content: bytes) -> bytes:
    """A PNG file: the first MOST_SECONDS of the clip, as they are heard from left to right."""
    from PIL import Image

    samples, rate = samples_of(content)
    samples = samples[: round(MOST_SECONDS * rate)]
    levels = levels_of(samples, rate, chosen_reading([len(samples) / rate], [rate]))
    out = io.BytesIO()
    whole = np.concatenate([_waveform(samples), _stretched(coloured(levels[..., 0]), BANDS)])
    Image.fromarray(whole).save(out, "PNG")
    return out.getvalue()


def as_learned(levels: np.ndarray) -> bytes:
    """A spectrogram as a network gets it, (bands, moments, 1) uint8, as a PNG file."""
    from PIL import Image

    out = io.BytesIO()
    Image.fromarray(_stretched(coloured(levels[..., 0]), BANDS)).save(out, "PNG")
    return out.getvalue()


def coloured(levels: np.ndarray) -> np.ndarray:
    """(height, width) uint8 → (height, width, 3) uint8."""
    steps = np.linspace(0, 255, len(COLOURS))
    return np.stack([np.interp(levels, steps, channel) for channel in COLOURS.T], axis=2).astype(np.uint8)


def _waveform(samples: np.ndarray) -> np.ndarray:
    """(WAVE, WIDTH, 3) uint8: from the least to the greatest sample in each column, the loudest filling the height."""
    ends = np.linspace(0, len(samples), WIDTH + 1).astype(int)
    loudest = float(np.abs(samples).max()) or 1.0
    pixels = np.empty((WAVE, WIDTH, 3), np.uint8)
    pixels[:] = COLOURS[0]
    for column, (start, stop) in enumerate(zip(ends, ends[1:])):
        part = samples[start : max(stop, start + 1)] / loudest
        top, bottom = ((1 - np.array([part.max(), part.min()])) / 2 * (WAVE - 1)).round().astype(int)
        pixels[top : bottom + 1, column] = INK
    return pixels


def _stretched(pixels: np.ndarray, height: int) -> np.ndarray:
    from PIL import Image

    return np.asarray(Image.fromarray(pixels).resize((WIDTH, height), Image.Resampling.BILINEAR))
