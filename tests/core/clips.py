"""Small sounds and archives of them, for tests. Makes tones that a network can tell apart."""

import io
from pathlib import Path

import numpy as np
import soundfile

from tests.core.pictures import zipped

RATE, SECONDS = 8_000, 0.3


def tone(kind: str, seed: int, seconds: float = SECONDS, rate: int = RATE) -> np.ndarray:
    """A tone that rises or falls, from a random pitch, on some noise: float32 (n,)."""
    rng = np.random.default_rng(seed)
    t = np.arange(round(seconds * rate)) / rate
    sweep = (1 if kind == "rising" else -1) * 1_200 * t / seconds
    pitch = rng.uniform(1_500, 2_200) + sweep
    whole = 0.5 * np.sin(2 * np.pi * np.cumsum(pitch) / rate) + 0.02 * rng.normal(size=len(t))
    return whole.astype(np.float32)


def encoded(samples: np.ndarray, kind: str = "WAV", rate: int = RATE, **settings) -> bytes:
    out = io.BytesIO()
    soundfile.write(out, samples, rate, format=kind, **settings)
    return out.getvalue()


def tones(n_each: int = 20) -> dict[str, bytes]:
    """Path in a zip → sound, a folder for each class."""
    return {
        f"tones/{kind}/{number:03}.wav": encoded(tone(kind, 1000 * place + number))
        for place, kind in enumerate(("falling", "rising"))
        for number in range(n_each)
    }


def tones_zip(path: Path, n_each: int = 20) -> Path:
    return zipped(path, tones(n_each))
