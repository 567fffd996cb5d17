"""MP3 files whose length nothing tells are read whole."""

import io

import numpy as np
import pytest
import soundfile

from core.data.clips import ordinary
from core.data.mp3 import with_length

SECONDS = 4


def encoded(rate: int, channels: int) -> bytes:
    """Quiet, then loud, so that the bit rate of the beginning says little of the rest."""
    rng, out = np.random.default_rng(0), io.BytesIO()
    half = SECONDS // 2 * rate
    samples = np.concatenate(
        [1e-4 * rng.normal(size=(half, channels)), 0.3 * rng.normal(size=(half, channels))]
    )
    try:
        with soundfile.SoundFile(
            out, "w", rate, channels, format="MP3", bitrate_mode="VARIABLE", compression_level=0.3
        ) as file:
            file.write(samples)
    except (soundfile.SoundFileError, ValueError):
        pytest.skip("this libsndfile writes no MP3")
    return out.getvalue()


def without_header(content: bytes) -> bytes:
    """From the second frame on, which begins as the first does."""
    return content[content.index(content[:2], 4) :]


@pytest.mark.parametrize(("rate", "channels"), [(44_100, 2), (22_050, 1), (8_000, 1)])
@pytest.mark.parametrize(
    "tag", [b"", b"ID3\x03\0\0\0\0\x02\0" + b"\xff\xfb\x90\x40" * 64], ids=["bare", "tagged"]
)
def test_a_changing_bit_rate_without_a_header_is_read_to_the_end(rate, channels, tag):
    whole = encoded(rate, channels)
    bare = tag + without_header(whole)
    assert soundfile.info(io.BytesIO(bare)).duration < 0.9 * SECONDS
    assert ordinary(bare).seconds == pytest.approx(SECONDS, abs=0.2)


def test_what_says_its_length_stays_as_it_is():
    whole = encoded(44_100, 1)
    assert with_length(whole) is whole


@pytest.mark.parametrize("content", [b"", b"\xff", b"\xff\xfb\x90\x40", b"ID3" + bytes(50), b"\xff" * 5_000])
def test_what_has_no_frames_stays_as_it_is(content):
    assert with_length(content) is content
