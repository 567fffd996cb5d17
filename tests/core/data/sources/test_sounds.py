"""Sounds in archives: recognised, made ordinary, and set aside with the reason where they are none."""

import base64
import io
import struct
import zipfile
from dataclasses import replace

import numpy as np
import pytest
import soundfile

from core.data.catalog import Catalog
from core.data.clips import MOST_SECONDS, RATE, length_of, ordinary, samples_of
from core.data.gallery import some_of
from core.data.ingest import ingest
from core.data.sources import recognise
from core.data.split import propose_split
from core.data.task import propose_task
from core.data.text_table import read_text
from core.errors import TooLarge, UnreadableFile
from tests.core.clips import encoded, tone, tones, tones_zip
from tests.core.data.sources.conftest import aside, frame_of
from tests.core.pictures import zipped

USABLE = {f"{kind}/{n}.wav": encoded(tone(kind, n)) for kind in ("falling", "rising") for n in range(3)}


def test_a_folder_is_a_class(taken, home, tmp_path):
    dataset = taken(tones_zip(tmp_path / "tones.zip"))
    assert [(c.name, c.kind) for c in dataset.columns][1:] == [("class", "category"), ("sound", "sound")]
    assert dataset.target == "class" and dataset.n_rows == 40 and dataset.n_rejected == 0
    stored, rate = samples_of(frame_of(dataset, home)["sound"].iloc[0])
    given, _ = soundfile.read(io.BytesIO(tones()[frame_of(dataset, home)["file"].iloc[0]]))
    assert rate == 8_000 and np.abs(stored - given).max() < 1e-4
    clips = dataset.column("sound").statistics["clips"]
    assert clips["seconds"] == [0.3, 0.3, 0.3] and clips["rates"] == [[8_000, 40]]
    assert clips["reading"] == [8_000, 2_400]


def test_folders_called_train_and_test_are_the_parts(taken, tmp_path):
    files = {f"{part}/{name}": content for part in ("train", "test") for name, content in USABLE.items()}
    dataset = taken(zipped(tmp_path / "parts.zip", files))
    task = propose_task(dataset, "class")
    assert task.features == ("sound",) and propose_split(dataset, task).column == "part"


@pytest.mark.parametrize("cell", ["clips/a{n}.wav", "a{n}.wav", "a{n}", "./clips/A{n}.wav"])
def test_a_table_beside_the_sounds_brings_its_own_columns(taken, home, tmp_path, cell):
    rows = "".join(f"{cell.format(n=n)},{'up' if n % 2 else 'down'},{n}\n" for n in range(7))
    files = {f"clips/a{n}.wav": encoded(tone("rising", n)) for n in range(6)}
    table = {"labels.csv": ("path,label,take\n" + rows).encode()}
    dataset = taken(zipped(tmp_path / "beside.zip", table | files))
    kinds = [(c.name, c.kind) for c in dataset.columns][1:]
    assert kinds == [("label", "category"), ("take", "integer"), ("sound", "sound")]
    assert dataset.n_rows == 6 and dataset.n_rejected == 1
    assert "names no sound" in next(iter(aside(dataset).values()))


STEREO = np.stack([tone("rising", 1), np.zeros(2_400, np.float32)], axis=1)


@pytest.mark.parametrize(
    ("content", "finding"),
    [
        (encoded(tone("rising", 1), "FLAC"), None),
        (encoded(tone("rising", 1, rate=44_100), "OGG", rate=44_100), "sounds_resampled"),
        (encoded(tone("rising", 1), "OGG", subtype="OPUS"), None),
        (encoded(tone("rising", 1), "AIFF"), None),
        (encoded(tone("rising", 1, rate=16_000), "MP3", rate=16_000), None),
        (encoded(tone("rising", 1), subtype="ULAW"), None),
        (encoded(tone("rising", 1), subtype="PCM_24"), None),
        (encoded(tone("rising", 1), subtype="DOUBLE"), None),
        (encoded(tone("rising", 1) * np.float32(np.nan), subtype="FLOAT"), None),
        (encoded(STEREO), "sounds_mixed"),
        (encoded(tone("rising", 1, 40.0)), "sounds_shorter"),
        (encoded(np.zeros(1, np.float32)), None),
        (encoded(tone("rising", 1), rate=44_056), "sounds_resampled"),
        (encoded(tone("rising", 1, rate=192_000), rate=192_000), "sounds_resampled"),
        (encoded(tone("rising", 1))[:3_000], None),
    ],
    ids=["FLAC", "Vorbis", "Opus", "AIFF", "MP3", "mu-law", "24 bits", "doubles", "no numbers", "stereo", "long",
         "one sample", "odd rate", "192 kHz", "cut off"],
)  # fmt: skip
def test_odd_sounds_become_ordinary(taken, home, tmp_path, content, finding):
    dataset = taken(zipped(tmp_path / "odd.zip", {**USABLE, "rising/odd.wav": content}))
    stored = frame_of(dataset, home).set_index("file").loc["rising/odd.wav", "sound"]
    info = soundfile.info(io.BytesIO(stored))
    assert (info.format, info.subtype, info.channels) == ("FLAC", "PCM_16", 1)
    assert info.samplerate <= RATE and info.frames <= MOST_SECONDS * info.samplerate
    codes = {f.code for f in Catalog(home).reading_findings(dataset)}
    assert codes == ({finding} if finding else set())
    assert ordinary(stored).content == stored, "what is ordinary stays as it is"


def test_a_tone_keeps_its_pitch_and_length_at_another_rate():
    t = np.arange(48_000) / 48_000
    stored = ordinary(
        encoded(np.sin(2 * np.pi * 1_000 * t).astype(np.float32) / 2, rate=48_000, subtype="PCM_16")
    )
    samples, rate = samples_of(stored.content)
    assert rate == RATE and length_of(stored.content)[0] == pytest.approx(1.0, abs=1e-3)
    assert np.abs(np.fft.rfft(samples)).argmax() == pytest.approx(1_000, abs=2)
    beyond = ordinary(
        encoded(np.sin(2 * np.pi * 15_000 * t).astype(np.float32) / 2, rate=48_000, subtype="PCM_16")
    )
    inside = samples_of(beyond.content)[0][1_000:-1_000]
    assert np.abs(inside).max() < 0.05, "what the rate cannot hold must not fold back"


def wav_head(rate=8_000, channels=1, size=0):
    block = 2 * channels
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, channels, rate, rate * block, block, 16)
    return b"RIFF" + struct.pack("<I", 36 + size) + b"WAVE" + form + b"data" + struct.pack("<I", size)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("rising/broken.flac", encoded(tone("rising", 1, 3.0), "FLAC")[:9_000], "damaged"),
        ("rising/head.wav", wav_head()[:20], "not a sound"),
        ("rising/nothing.wav", wav_head(), "no samples"),
        ("rising/empty.wav", b"", "not a sound"),
        ("rising/words.wav", b"these are words, no sound", "not a sound"),
        ("rising/picture.wav", b"\x89PNG\r\n\x1a\n" + bytes(50), "not a sound"),
        ("rising/fast.wav", wav_head(rate=900_000_000, size=8) + bytes(8), "no recorder"),
        ("rising/slow.wav", wav_head(rate=2, size=8) + bytes(8), "no recorder"),
        ("rising/notes.txt", b"what was recorded", "not a sound"),
        ("rising/raw.raw", bytes(100), "not a sound"),
        ("rising/more.zip", b"PK\x03\x04", "not a sound"),
    ],
)
def test_what_is_no_sound_is_set_aside_with_the_reason(taken, home, tmp_path, name, content, reason):
    dataset = taken(zipped(tmp_path / "mixed.zip", {**USABLE, name: content}))
    assert dataset.n_rows == len(USABLE) and dataset.n_rejected == 1
    assert reason in aside(dataset)[name]
    finding = Catalog(home).reading_findings(dataset)[0]
    assert finding.code == "sounds_set_aside" and name in finding.explanation


def test_an_archive_without_a_usable_sound_is_refused(tmp_path, home):
    path = zipped(tmp_path / "bad.zip", {f"a/{n}.wav": b"no sound" for n in range(3)})
    with pytest.raises(UnreadableFile) as refused:
        ingest(path, name="bad.zip", owner="ann", home=home)
    assert refused.value.code == "no_usable_sound" and "bad.zip" in str(refused.value)


def test_a_path_that_climbs_out_is_a_name_like_any_other(taken, tmp_path):
    files = {f"../../../falling/{n}.wav": encoded(tone("falling", n)) for n in range(4)}
    files |= {f"/etc/rising/{n}.wav": encoded(tone("rising", n)) for n in range(4)}
    before = set(tmp_path.rglob("*"))
    assert taken(zipped(tmp_path / "slip.zip", files)).n_rows == 8
    assert not [p for p in set(tmp_path.rglob("*.wav")) - before]


def test_an_archive_in_an_archive_is_refused(tmp_path):
    inner = tones_zip(tmp_path / "inner.zip", 3)
    with pytest.raises(UnreadableFile) as refused:
        read_text(zipped(tmp_path / "outer.zip", {"inner.zip": inner.read_bytes()}))
    assert refused.value.code == "archive_nested"


def test_a_file_that_unpacks_to_too_much_is_set_aside(taken, tmp_path, monkeypatch):
    from core.data.sources import sounds

    monkeypatch.setattr(sounds, "MEDIUM", replace(sounds.MEDIUM, most_bytes=100_000))
    monkeypatch.setattr("core.data.clips.MOST_BYTES", 100_000)
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in USABLE.items():
            archive.writestr(name, content)
        archive.writestr("rising/bomb.wav", wav_head(size=5_000_000) + bytes(5_000_000))
    dataset = taken(path)
    assert dataset.n_rows == len(USABLE) and "larger than" in aside(dataset)["rising/bomb.wav"]


def test_silence_that_packs_to_nothing_is_decoded_only_as_far_as_it_is_kept(monkeypatch):
    """An hour of eight channels is some KB of FLAC; unpacked it would be hundreds of MB."""
    import tracemalloc

    content = encoded(np.zeros((8_000 * 60, 8), np.int16), "FLAC")
    tracemalloc.start()
    clip = ordinary(content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert clip.seconds == 60 and length_of(clip.content)[0] == MOST_SECONDS
    assert peak < 8_000 * 60 * 8 * 4 / 2


def test_too_many_sounds_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("core.data.sources._media_archive.MOST_FILES", 5)
    with pytest.raises(TooLarge) as refused:
        read_text(tones_zip(tmp_path / "many.zip"))
    assert refused.value.code == "sounds_many"


def test_a_sound_by_itself_is_called_what_it_is(tmp_path):
    for kind, word in (("WAV", "WAV"), ("FLAC", "FLAC"), ("OGG", "Ogg")):
        path = tmp_path / f"alone.{kind.lower()}"
        path.write_bytes(encoded(tone("rising", 1), kind))
        with pytest.raises(UnreadableFile, match=f"{word} sound"):
            recognise(path)


def test_read_as_text_a_sound_is_its_stored_bytes_in_base64(tmp_path):
    frame = read_text(tones_zip(tmp_path / "tones.zip", 3)).frame()
    assert list(frame.columns) == ["file", "class", "sound"]
    assert base64.b64decode(frame["sound"].iloc[0]) == ordinary(tones(3)[frame["file"].iloc[0]]).content


def test_the_gallery_has_some_of_each_class(taken, home, tmp_path):
    dataset = taken(tones_zip(tmp_path / "tones.zip"))
    shown = some_of(dataset, Catalog(home), "sound", by="class", n_each=3, seed=0)
    assert [one.group for one in shown] == ["falling"] * 3 + ["rising"] * 3
    assert all(one.content.startswith(b"fLaC") for one in shown)


def test_what_is_stored_is_stored_alike_again_and_holds_nothing_but_the_sound():
    samples = tone("rising", 1, 2.0)
    plain = encoded(samples, "FLAC", subtype="PCM_16")
    out = io.BytesIO(plain)
    with soundfile.SoundFile(out, "w", RATE, 1, "PCM_16", format="FLAC") as file:
        file.artist, file.comment = "A. Person", "at 12 Elm Street"
        file.write(samples)
    once = ordinary(out.getvalue())
    assert b"Person" in out.getvalue() and b"Person" not in once.content
    assert ordinary(once.content).content == once.content
    padded = plain[:4] + struct.pack(">I", 0x01000000 | 100_000) + bytes(100_000) + plain[4:]
    padded = (
        plain[:42].replace(plain[4:5], bytes([plain[4] & 0x7F]), 1) + padded[4 : 4 + 100_004] + plain[42:]
    )
    assert len(ordinary(padded).content) < len(padded) - 90_000


def test_a_recording_that_does_not_say_how_long_it_is_is_as_long_as_what_is_heard():
    content = bytearray(encoded(tone("rising", 1, 3.0), "FLAC", subtype="PCM_16"))
    content[21] &= 0xF0  # the 36 bits of the stream's header that say how many samples there are
    content[22:26] = bytes(4)
    clip = ordinary(bytes(content))
    assert clip.seconds == pytest.approx(3.0, abs=0.01) and not clip.changes


def test_a_recording_of_a_guessed_length_ends_where_it_ends():
    try:
        content = encoded(tone("rising", 1, 3.0, 44_100), "MP3", 44_100)
    except soundfile.SoundFileError:
        pytest.skip("this libsndfile writes no MP3")
    clip = ordinary(content[: 3 * len(content) // 4])  # its header announces more than there is
    assert 1.5 < clip.seconds < 3.1
