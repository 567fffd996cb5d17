"""Sounds: FLAC of one channel, of bounded rate and length."""

from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from core.data.clips import MOST_BYTES, RATE, SUFFIXES, ordinary
from core.data.media import Medium
from core.data.spectrograms import Reading, chosen_reading


def summed(facts: Mapping[str, Sequence[float]]) -> dict[str, Any]:
    """seconds: least, median and greatest as they came. rates: [[samples a second, files], …]. n_mono.
    reading: samples a second and samples of a clip, as networks will most likely look at it."""
    seconds = facts["seconds"]
    reading = chosen_reading(seconds, [min(rate, RATE) for rate in facts["rate"]])
    return {
        "seconds": [round(s, 3) for s in (min(seconds), median(seconds), max(seconds))],
        "rates": [[int(rate), n] for rate, n in Counter(facts["rate"]).most_common(5)],
        "n_mono": sum(n == 1 for n in facts["channels"]),
        "reading": [int(reading.rate), reading.n_samples],
    }


def shape(known: Mapping[str, Any]) -> tuple[int, int, int]:
    """Bands, moments and one channel, by the reading that is most likely."""
    rate, n_samples = known["reading"]
    return Reading(rate=rate, n_samples=n_samples).shape


medium = Medium(
    key="sound",
    word="clip",
    suffixes=SUFFIXES,
    most_bytes=MOST_BYTES,
    changes={"shorter": "sounds_shorter", "resampled": "sounds_resampled", "mixed": "sounds_mixed"},
    ordinary=ordinary,
    summed=summed,
    shape=shape,
)
