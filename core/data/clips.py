"""An encoded sound made ordinary: one channel, 16 bits, of bounded rate and length. Knows no table.

What is stored is a FLAC file, which loses nothing and which every browser plays.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from core.data.media import Unusable
from core.data.mp3 import with_length
from core.sentences import say

if TYPE_CHECKING:
    import numpy as np
    import soundfile

MOST_BYTES = 64 << 20
MOST_SECONDS = 30  # that are stored of a clip; networks here learn from its first ten
RATE = 22_050  # samples a second, at most: up to 11 kHz, where machines, voices and most birds are heard
LEAST_RATE, GREATEST_RATE = 1_000, 768_000  # that a recorder writes
MOST_CHANNELS = 64
FORMATS = ("WAV", "WAVEX", "RF64", "FLAC", "OGG", "MP3", "AIFF", "CAF", "AU")
SUFFIXES = (".wav", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".aif", ".aiff", ".caf", ".au")
ESTIMATED = ("MP3",)  # formats whose length may be no more than a guess by their first moments
UNKNOWN = 1 << 40  # samples: a recorder that wrote as it heard could not say how many there would be
BLOCK = 1 << 16  # samples decoded at a time, over all channels
FINEST_RATIO = 1_000  # between two rates; a finer one would be a filter of a million taps

Change = Literal["shorter", "resampled", "mixed"]


class NotASound(Unusable):
    """The bytes cannot be used; the message says why, as a sentence."""


@dataclass(frozen=True, kw_only=True)
class Clip:
    """content: the bytes to store. seconds, rate, channels: as it came. changes: what was done to it."""

    content: bytes
    seconds: float
    rate: int
    channels: int
    changes: frozenset[Change] = frozenset()

    @property
    def facts(self) -> Mapping[str, float]:
        return {"seconds": self.seconds, "rate": self.rate, "channels": self.channels}


def ordinary(content: bytes) -> Clip:
    """Decode the sound as far as it is kept, which proves it sound. Raises NotASound."""
    if len(content) > MOST_BYTES:
        raise NotASound(say("clip.large_file", most=MOST_BYTES >> 20))
    with _opened(content) as file:
        rate, channels, n_whole = file.samplerate, file.channels, file.frames
        samples = _one_channel(file)
    if n_whole >= UNKNOWN or len(samples) < min(n_whole, MOST_SECONDS * rate):
        n_whole = len(samples)
    changes: set[Change] = set()
    if n_whole > MOST_SECONDS * rate:
        changes.add("shorter")
    if channels > 1:
        changes.add("mixed")
    if rate > RATE:
        changes.add("resampled")
        samples = at_rate(samples, rate, RATE)
    # anew, whatever it was: no tags with names and places, and no more bytes than it says something with
    stored = encoded(samples, min(rate, RATE))
    return Clip(
        content=stored, seconds=n_whole / rate, rate=rate, channels=channels, changes=frozenset(changes)
    )


def _opened(content: bytes) -> "soundfile.SoundFile":
    import soundfile

    try:
        file = soundfile.SoundFile(io.BytesIO(content))
        if file.format == "MP3":
            file.close()
            file = soundfile.SoundFile(io.BytesIO(with_length(content)))
    except (soundfile.SoundFileError, TypeError):  # a TypeError asks for what a headerless file is
        raise NotASound(say("clip.unknown")) from None
    if file.format not in FORMATS:
        reason = say("clip.unknown")
    elif not LEAST_RATE <= file.samplerate <= GREATEST_RATE or file.channels > MOST_CHANNELS:
        reason = say("clip.odd", rate=file.samplerate, channels=file.channels)
    elif not file.frames:
        reason = say("clip.empty")
    else:
        return file
    file.close()
    raise NotASound(reason)


def _one_channel(file: "soundfile.SoundFile") -> "np.ndarray":
    """The mean of the channels, of the beginning: (n,) float32 from -1 to 1. Never all channels at once."""
    import numpy as np
    import soundfile

    wanted = min(file.frames, MOST_SECONDS * file.samplerate)
    samples, done = np.zeros(wanted, np.float32), 0
    step, is_over = max(1, BLOCK // file.channels), False
    while done < wanted and not is_over:
        block = np.full((min(step, wanted - done), file.channels), np.nan, np.float32)
        try:
            read = file.read(out=block)
        except (
            soundfile.SoundFileError
        ):  # damaged, or beyond an end that nobody told: what came before is there
            read, is_over = block[~np.isnan(block[:, 0])], True
        samples[done : done + len(read)] = read.mean(axis=1)
        done, is_over = done + len(read), is_over or not len(read)
    is_told = file.format not in ESTIMATED and file.frames < UNKNOWN
    if done < (wanted if is_told else 1):
        raise NotASound(say("clip.damaged"))
    return np.clip(np.nan_to_num(samples[:done]), -1, 1)


def at_rate(samples: "np.ndarray", rate: int, wanted: int) -> "np.ndarray":
    """(n,) float32 of one rate as (m,) of another, without what the lower of them cannot hold."""
    import numpy as np
    from scipy.signal import resample_poly

    ratio = Fraction(wanted, rate).limit_denominator(FINEST_RATIO)
    return resample_poly(samples, ratio.numerator, ratio.denominator).astype(np.float32)


def encoded(samples: "np.ndarray", rate: int) -> bytes:
    """(n,) float32 from -1 to 1 as a FLAC file of 16 bits."""
    import numpy as np
    import soundfile

    out = io.BytesIO()
    whole = np.clip(np.rint(samples * 32_768), -32_768, 32_767).astype(np.int16)  # as they are read again
    soundfile.write(out, whole, rate, format="FLAC", subtype="PCM_16")
    return out.getvalue()


def samples_of(content: bytes) -> "tuple[np.ndarray, int]":
    """A stored clip: (n,) float32 from -1 to 1, and its samples a second."""
    import soundfile

    return soundfile.read(io.BytesIO(content), dtype="float32")


def length_of(content: bytes) -> tuple[float, int]:
    """Seconds of a stored clip and its samples a second, from its first bytes."""
    import soundfile

    info = soundfile.info(io.BytesIO(content))
    return info.frames / info.samplerate, info.samplerate
