import numpy as np
import pandas as pd
import pytest
from scipy.fft import dct

from core.data.clips import at_rate
from core.data.spectrograms import MELS, MOST_FRAMES, Reading, chosen_reading, log_mel
from core.domain import Column
from core.modalities import OWN, InputSpec
from core.modalities._mfcc import COEFFICIENTS, coefficients, n_figures, timbre
from core.modalities.sound import modality
from tests.core.clips import encoded, tone

COLUMN = Column(name="clip", kind="sound")


def by_the_book(samples, reading):
    """The log-mel spectrogram as textbooks write it: every frame, pitch and band by itself, in double precision."""
    window, step, bands = reading.window, reading.step, MELS
    mel = np.linspace(2595 * np.log10(1 + 20 / 700), 2595 * np.log10(1 + reading.rate / 2 / 700), bands + 2)
    corner = [700 * (10 ** (m / 2595) - 1) for m in mel]
    hann = [0.5 * (1 - np.cos(2 * np.pi * i / window)) for i in range(window)]
    energy = np.zeros((bands, reading.n_frames))
    for frame in range(reading.n_frames):
        part = np.zeros(2 * window)
        for i in range(window):
            place = frame * step + i
            part[i] = hann[i] * (samples[place] if place < len(samples) else 0.0)
        for k, amplitude in enumerate(np.fft.fft(part)[: window + 1]):
            hertz = k * reading.rate / (2 * window)
            for band in range(bands):
                low, middle, high = corner[band : band + 3]
                if low < hertz <= middle:
                    energy[band, frame] += abs(amplitude) ** 2 * (hertz - low) / (middle - low)
                elif middle < hertz < high:
                    energy[band, frame] += abs(amplitude) ** 2 * (high - hertz) / (high - middle)
    decibels = 10 * np.log10(np.maximum(energy, 1e-30) / energy.max())
    return np.clip(decibels / 80 + 1, 0, 1)[::-1] * 255


def test_the_spectrogram_is_what_the_textbook_formula_gives():
    reading = Reading(rate=4_000, n_samples=900)
    samples = tone("rising", 3, 0.22, 4_000)
    assert np.abs(log_mel(samples, reading)[..., 0] - by_the_book(samples.astype(float), reading)).max() <= 1


def test_the_coefficients_are_scipys_cosine_transform():
    levels = np.random.default_rng(0).integers(0, 256, (3, MELS, 7, 1)).astype(np.uint8)
    expected = dct(levels[:, ::-1, :, 0].astype(float) / 255, axis=1, norm="ortho")[:, :COEFFICIENTS]
    assert np.allclose(coefficients(levels), expected.transpose(0, 2, 1), atol=1e-5)


def test_a_higher_tone_stands_higher_in_the_picture():
    reading = chosen_reading([0.5], [8_000])
    t = np.arange(4_000) / 8_000
    low, high = (
        log_mel(np.sin(2 * np.pi * f * t).astype(np.float32), reading)[:, 5, 0].argmax() for f in (500, 3_000)
    )
    assert high < low


def test_how_loud_a_clip_is_does_not_matter_and_silence_stays_silent():
    reading, samples = chosen_reading([0.3], [8_000]), tone("falling", 1)
    loud, soft = log_mel(samples, reading), log_mel(samples / 50, reading)
    assert np.abs(loud.astype(int) - soft).max() <= 1
    assert not log_mel(np.zeros(2_400, np.float32), reading).any()


@pytest.mark.parametrize("rate", [1_000, 8_000, 11_025, 16_000, 22_050])
@pytest.mark.parametrize("seconds", [0.0, 0.1, 1.0, 3.3, 10.0, 60.0])
def test_every_length_and_rate_gives_moments_within_bounds_that_leave_nothing_out(rate, seconds):
    reading = chosen_reading([seconds], [rate])
    assert 1 <= reading.n_frames <= MOST_FRAMES and reading.step <= reading.window
    assert (reading.n_frames - 1) * reading.step + reading.window >= reading.n_samples


def test_the_length_is_that_of_most_clips_and_the_rate_the_middle_one():
    reading = chosen_reading([1.0] * 19 + [30.0], [8_000] * 12 + [22_050] * 8)
    assert (reading.rate, reading.seconds) == (8_000, 1.0)


def state_of(*samples, rate=8_000):
    return modality.fit(pd.Series([encoded(s, "FLAC", rate=rate) for s in samples]), COLUMN)


def test_clips_of_any_length_and_rate_come_in_one_shape():
    state = state_of(*(tone("rising", n) for n in range(5)))
    others = [tone("rising", 1, 0.05), tone("rising", 1, 3.0), tone("rising", 1)]
    twice_as_fine = at_rate(tone("rising", 1), 8_000, 16_000)
    values = [encoded(s, "FLAC") for s in others] + [encoded(twice_as_fine, "FLAC", rate=16_000)]
    made = modality.transform(pd.Series(values), state)[OWN]
    assert made.shape == (4, *modality.own(state)[0]) and made.dtype == np.uint8
    assert not made[0, :, -1].any(), "a shorter clip is followed by silence"
    assert np.corrcoef(made[2].ravel(), made[3].ravel())[0, 1] > 0.9, "a rate is no other sound"


def test_a_missing_clip_is_silent_and_said_to_be_missing_if_training_had_some():
    state = modality.fit(pd.Series([encoded(tone("rising", 1), "FLAC"), None]), COLUMN)
    made = modality.transform(pd.Series([None, encoded(tone("rising", 1), "FLAC")]), state)
    assert not made[OWN][0].any() and made["indicator"].tolist() == [[1.0], [0.0]]


def test_many_clips_are_read_as_few_are():
    values = pd.Series([encoded(tone("rising", n), "FLAC") for n in range(70)])  # enough for several threads
    state = modality.fit(values, COLUMN)
    assert np.array_equal(
        modality.transform(values, state)[OWN][3:5], modality.transform(values[3:5], state)[OWN]
    )


def test_the_silence_after_a_short_clip_does_not_change_its_timbre():
    state = state_of(tone("rising", 1, 1.0))
    short = modality.transform(pd.Series([encoded(tone("rising", 1, 0.4), "FLAC")]), state)[OWN]
    heard = short[:, :, short[0, :, :, 0].any(axis=0)]
    spec = InputSpec(
        name="sound_1", shape=short.shape[1:], dtype="uint8", feature_names=("clip",), modality="sound"
    )
    flat, own = modality.flatten(short, spec), timbre(heard)
    assert flat.shape == (1, n_figures()) and np.allclose(flat[:, :40], own[:, :40], atol=1e-4)
    assert not modality.flatten(np.zeros_like(short), spec).any()
