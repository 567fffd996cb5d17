"""A sound as a picture of its pitches over time: the log-mel spectrogram that networks learn from. Learns nothing.

Pitches stand in MELS bands, equally wide to the ear, the highest on top; loudness is told in 255
steps below the loudest spot of the clip, so that how near the microphone was does not matter.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from core.data.clips import at_rate, samples_of

if TYPE_CHECKING:
    import numpy as np

MELS = 64  # bands
MOST_SECONDS = 10.0  # of a clip that are looked at
LEAST_SECONDS = 0.1
WHOLE = 0.95  # of clips that are looked at to their end, unless they are very long
MOST_FRAMES = 256  # moments of a clip: what two cores learn from in minutes
WINDOW_S = 0.032  # seconds that a moment lasts, at least
LOWEST_HZ = 20.0
RANGE_DB = 80.0  # below the loudest spot, from which all is silence
SILENCE = 1e-10  # power below which a whole clip is silent


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How clips are looked at. rate: samples a second. n_samples: of every clip, cut or followed by silence."""

    rate: int
    n_samples: int

    @property
    def window(self) -> int:
        """Samples a moment lasts: a power of two, no shorter than the step to the next."""
        return 1 << (max(round(WINDOW_S * self.rate), -(-self.n_samples // MOST_FRAMES), 2) - 1).bit_length()

    @property
    def step(self) -> int:
        """Samples from one moment to the next: a quarter of a window, or more in long clips."""
        return max(self.window // 4, -(-self.n_samples // MOST_FRAMES), 1)

    @property
    def n_frames(self) -> int:
        return -(-max(self.n_samples - self.window, 0) // self.step) + 1

    @property
    def shape(self) -> tuple[int, int, int]:
        return MELS, self.n_frames, 1

    @property
    def seconds(self) -> float:
        return self.n_samples / self.rate


def chosen_reading(seconds: Sequence[float], rates: Sequence[int]) -> Reading:
    """By the lengths and the samples a second of some clips: the middle rate, and most clips to their end."""
    enough = sorted(seconds)[int(WHOLE * (len(seconds) - 1))]
    rate = sorted(rates)[(len(rates) - 1) // 2]
    return Reading(rate=rate, n_samples=round(min(max(enough, LEAST_SECONDS), MOST_SECONDS) * rate))


def spectrogram(content: bytes, reading: Reading) -> "np.ndarray":
    """A stored clip as uint8 of shape (MELS, n_frames, 1)."""
    return levels_of(*samples_of(content), reading)


def levels_of(samples: "np.ndarray", rate: int, reading: Reading) -> "np.ndarray":
    """The same of decoded samples: (n,) float32 from -1 to 1, so many a second."""
    import numpy as np

    if rate != reading.rate:
        samples = at_rate(samples, rate, reading.rate)
    whole = np.zeros(reading.n_samples, np.float32)
    n = min(len(samples), len(whole))
    whole[:n] = samples[:n]
    return log_mel(whole, reading)


def log_mel(samples: "np.ndarray", reading: Reading) -> "np.ndarray":
    """(n_samples,) float32 as uint8 of shape (MELS, n_frames, 1): 255 the loudest spot, 0 RANGE_DB below it."""
    import numpy as np

    window, step, n_frames = reading.window, reading.step, reading.n_frames
    padded = np.zeros((n_frames - 1) * step + window, np.float32)
    padded[: len(samples)] = samples[: len(padded)]
    frames = np.lib.stride_tricks.sliding_window_view(padded, window)[::step]
    # twice the window: low bands are narrower than the pitches that its own length tells apart
    power = np.abs(np.fft.rfft(frames * _hann(window), 2 * window)) ** 2 / window
    bands = power.astype(np.float32) @ _filters(reading.rate, window)  # (n_frames, MELS), lowest first
    loudest = float(bands.max())
    if loudest < SILENCE:
        return np.zeros(reading.shape, np.uint8)
    decibels = 10 * np.log10(np.maximum(bands / loudest, 10 ** (-RANGE_DB / 10)))
    levels = np.rint((decibels / RANGE_DB + 1) * 255).astype(np.uint8)
    return np.ascontiguousarray(levels.T[::-1, :, None])


@cache
def _hann(window: int) -> "np.ndarray":
    import numpy as np

    return (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(window) / window)).astype(np.float32)


@cache
def _filters(rate: int, window: int) -> "np.ndarray":
    """(window + 1, MELS): the share that each pitch has in each band, triangles of one height.

    Source: Davis & Mermelstein (1980), IEEE ASSP 28, 357-366; the scale by O'Shaughnessy (1987):
    2595 log10(1 + f / 700).
    """
    import numpy as np

    def mel(hertz):
        return 2595 * np.log10(1 + hertz / 700)

    edges = np.linspace(mel(min(LOWEST_HZ, rate / 8)), mel(rate / 2), MELS + 2)
    corners = 700 * (10 ** (edges / 2595) - 1)
    hertz = np.arange(window + 1) * rate / (2 * window)
    low, middle, high = corners[:-2], corners[1:-1], corners[2:]
    rising = (hertz[:, None] - low) / (middle - low)
    falling = (high - hertz[:, None]) / (high - middle)
    return np.maximum(0, np.minimum(rising, falling)).astype(np.float32)
