"""Short recordings of a fan in a factory hall, sound or with one of three faults: made up.

Stored as telephones code sounds (GSM), which takes 1.7 KB a second and is the same on every machine.
"""

import io
import zipfile

import numpy as np
import soundfile

from sample_data.generate.folders import archive_of

RATE = 8_000
N = 26 * 320  # samples: an even number of the code's blocks, as readers take another for one block more
SECONDS = N / RATE
EACH = 60  # recordings of a state
N_MISPLACED = 5  # of all
STATES = ("dry_bearing", "healthy", "imbalance", "loose_belt")
SPEED_HZ = (17.0, 27.0)  # turns a second


def archives() -> dict[str, bytes]:
    rng = np.random.default_rng(20_261_124)
    recordings = [(state, _recorded(state, rng)) for state in STATES for _ in range(EACH)]
    machines = archive_of(
        "machines/{folder}/{number:03}.wav", STATES, recordings, _encoded,
        n_misplaced=N_MISPLACED, compression=zipfile.ZIP_DEFLATED, rng=rng,
    )  # fmt: skip
    return {"machines.zip": machines}


def _recorded(state: str, rng: np.random.Generator) -> np.ndarray:
    """(N,) from -1 to 1: a fan at any speed, near or far, in a hall where other things are going on."""
    time = np.arange(N) / RATE
    speed = rng.uniform(*SPEED_HZ) * (1 + rng.uniform(-0.02, 0.02) * time)
    turns = np.cumsum(speed) / RATE + rng.uniform()
    whole = _hum(turns, rng) + _air(turns, rng) + _fault(state, turns, time, rng) + _hall(time, rng)
    return whole / np.abs(whole).max() * rng.uniform(0.5, 0.95)


def _hum(turns: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The turning itself: each further harmonic softer."""
    return sum(
        rng.uniform(0.3, 1.0) / k * np.sin(2 * np.pi * (k * turns + rng.uniform())) for k in range(2, 12)
    )


def _air(turns: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Blades through air: noise that swells a little with every blade."""
    blades = 1 + 0.2 * np.sin(2 * np.pi * (5 * turns + rng.uniform()))
    return rng.uniform(0.3, 0.6) * blades * _coloured(rng, N)


def _fault(state: str, turns: np.ndarray, time: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    match state:
        case "imbalance":  # it throbs once a turn
            throb = np.maximum(0, np.sin(2 * np.pi * (turns + rng.uniform()))) ** 3
            return rng.uniform(0.6, 1.6) * throb * _coloured(rng, N)
        case "dry_bearing":  # chirps that rise
            return _squeals(time, rng, rises=True)
        case "loose_belt":  # squeals that fall
            return _squeals(time, rng, rises=False)
    return np.zeros(N)


def _squeals(time: np.ndarray, rng: np.random.Generator, *, rises: bool) -> np.ndarray:
    """Some short tones at odd moments, each sliding up or down from about the same pitches."""
    whole = np.zeros(N)
    loud = rng.uniform(0.5, 1.6)
    for start in rng.uniform(0, SECONDS - 0.2, rng.integers(2, 5)):
        lasts, middle, width = rng.uniform(0.1, 0.25), rng.uniform(1_200, 2_400), rng.uniform(0.4, 0.8)
        along = (time - start) / lasts
        inside = (along > 0) & (along < 1)
        pitch = middle * (1 + width * (along - 0.5) * (1 if rises else -1))
        tone = np.sin(2 * np.pi * np.cumsum(np.where(inside, pitch, 0)) / RATE)
        whole += loud * np.where(inside, np.sin(np.pi * along) * tone, 0)
    return whole


def _knocks(moments: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A short ringing at each of the moments, (N - 1,) bool."""
    length = round(0.02 * RATE)
    t = np.arange(length) / RATE
    ring = np.exp(-t * rng.uniform(150, 300)) * np.sin(2 * np.pi * rng.uniform(1_400, 2_800) * t)
    strikes = np.where(moments, rng.uniform(0.5, 1.5, N - 1), 0.0)
    return np.convolve(strikes, 3 * ring)[:N]


def _hall(time: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """What has nothing to do with the fan: in some recordings a knock or two, in some a beep."""
    whole = 0.12 * rng.normal(size=N)
    if rng.random() < 0.5:
        moments = np.zeros(N - 1, bool)
        moments[rng.integers(0, N - 1, rng.integers(1, 4))] = True
        whole = whole + rng.uniform(0.5, 1.5) * _knocks(moments, rng)
    if rng.random() < 0.2:
        start = rng.uniform(0, SECONDS - 0.3)
        beep = (time > start) & (time < start + 0.25)
        whole = whole + 0.8 * beep * np.sin(2 * np.pi * rng.uniform(800, 2_000) * time)
    return whole


def _coloured(rng: np.random.Generator, n: int) -> np.ndarray:
    """Noise whose lower pitches are stronger."""
    spectrum = np.fft.rfft(rng.normal(size=n))
    spectrum /= np.sqrt(1 + (np.fft.rfftfreq(n, 1 / RATE) / 500) ** 2)
    noise = np.fft.irfft(spectrum, n)
    return noise / noise.std()


def _encoded(samples: np.ndarray) -> bytes:
    out = io.BytesIO()
    whole = np.rint(samples * 32_767).astype(np.int16)
    soundfile.write(out, whole, RATE, format="WAV", subtype="GSM610")
    return out.getvalue()
