"""Images in archives: recognised, made ordinary, and set aside with the reason where they are none."""

import gzip
import io
import struct
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from core.data.catalog import Catalog
from core.data.ingest import ingest
from core.data.pictures import size_of
from core.data.sources import images, recognise
from core.data.split import propose_split
from core.data.task import propose_task
from core.data.text_table import read_text
from core.errors import BadInput, TooLarge, UnreadableFile
from tests.core.data.sources.conftest import aside, frame_of
from tests.core.pictures import bars, bars_zip, drawn, encoded, zipped

PIXELS = drawn("standing", 1)
SOUND = {f"{kind}/{n}.png": encoded(drawn(kind, n)) for kind in ("lying", "standing") for n in range(3)}


def test_a_folder_is_a_class(taken, home, tmp_path):
    dataset = taken(bars_zip(tmp_path / "bars.zip"))
    assert [(c.name, c.kind, c.role) for c in dataset.columns] == [
        ("file", dataset.column("file").kind, "identifier"),
        ("class", "category", "feature"),
        ("image", "image", "feature"),
    ]
    assert dataset.target == "class" and dataset.n_rows == 40 and dataset.n_rejected == 0
    frame = frame_of(dataset, home)
    assert frame["image"].iloc[0] == bars()[frame["file"].iloc[0]]
    assert dataset.column("image").statistics["pictures"]["widths"] == [12, 12, 12]


def test_folders_called_train_and_test_are_the_parts(taken, tmp_path):
    files = {f"{part}/{name}": content for part in ("train", "test") for name, content in SOUND.items()}
    dataset = taken(zipped(tmp_path / "parts.zip", {f"digits/{name}": c for name, c in files.items()}))
    assert dataset.column("part").role == "ignore" and dataset.target == "class"
    task = propose_task(dataset, "class")
    assert task.features == ("image",)
    split = propose_split(dataset, task)
    assert (split.strategy, split.column) == ("column", "part")


def test_images_without_folders_have_no_class(taken, tmp_path):
    dataset = taken(zipped(tmp_path / "flat.zip", {f"{n}.png": encoded(drawn("lying", n)) for n in range(6)}))
    assert [c.name for c in dataset.columns] == ["file", "image"] and dataset.target is None


@pytest.mark.parametrize("cell", ["photos/a{n}.png", "a{n}.png", "a{n}", "./photos/A{n}.png"])
def test_a_table_beside_the_images_brings_its_own_columns(taken, home, tmp_path, cell):
    rows = "".join(f"{cell.format(n=n)},{'cat' if n % 2 else 'dog'},{n}\n" for n in range(7))
    files = {f"photos/a{n}.png": encoded(drawn("lying", n)) for n in range(6)}
    dataset = taken(
        zipped(tmp_path / "pets.zip", {"pets.csv": ("path,label,age\n" + rows).encode(), **files})
    )
    assert [(c.name, c.kind) for c in dataset.columns][1:] == [
        ("label", "category"), ("age", "integer"), ("image", "image"),
    ]  # fmt: skip
    assert dataset.n_rows == 6 and dataset.n_rejected == 1 and dataset.target == "label"
    frame = frame_of(dataset, home)
    assert frame["image"].iloc[4] == files["photos/a4.png"] and frame["age"].iloc[4] == 4


def idx(values):
    kinds = {np.dtype("u1"): 8}
    return b"\0\0" + bytes([kinds[values.dtype], values.ndim]) + struct.pack(f">{values.ndim}I", *values.shape) + values.tobytes()  # fmt: skip


def test_mnists_own_files_are_read(taken, home, tmp_path):
    images = np.stack([drawn("lying", n) for n in range(12)])
    labels = np.arange(12, dtype=np.uint8) % 3
    files = {
        "train-images-idx3-ubyte.gz": gzip.compress(idx(images[:8])),
        "train-labels-idx1-ubyte.gz": gzip.compress(idx(labels[:8])),
        "t10k-images-idx3-ubyte.gz": gzip.compress(idx(images[8:])),
        "t10k-labels-idx1-ubyte": idx(labels[8:]),
    }
    dataset = taken(zipped(tmp_path / "mnist.zip", files))
    frame = frame_of(dataset, home)
    assert frame["part"].tolist() == ["train"] * 8 + ["test"] * 4
    assert frame["class"].tolist() == [str(label) for label in labels]
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(frame["image"].iloc[9]))), images[9])


def test_a_lone_idx_file_asks_for_its_other_half(tmp_path):
    path = tmp_path / "train-images-idx3-ubyte.gz"
    path.write_bytes(gzip.compress(idx(np.zeros((4, 5, 5), np.uint8))))
    with pytest.raises(UnreadableFile) as refused:
        read_text(path)
    assert refused.value.code == "idx_alone"


@pytest.mark.parametrize(
    ("images", "is_grey"),
    [
        (np.stack([drawn("lying", n) for n in range(8)]), True),
        (np.stack([drawn("lying", n) for n in range(8)]).reshape(8, -1), True),
        (np.stack([drawn("lying", n) for n in range(8)])[..., None] / np.float32(255), True),
        (np.stack([np.dstack([drawn("lying", n)] * 3) for n in range(8)]), False),
        (np.stack([np.stack([drawn("lying", n)] * 3) for n in range(8)]), False),
    ],
    ids=["grey", "rows of pixels", "fractions", "colour", "channels first"],
)
def test_numpy_arrays_are_read(taken, home, tmp_path, images, is_grey):
    np.savez(tmp_path / "a.npz", x_train=images, y_train=np.arange(8) % 2)
    dataset = taken(tmp_path / "a.npz")
    frame = frame_of(dataset, home)
    assert frame["class"].tolist() == ["0", "1"] * 4
    assert np.array_equal(
        np.asarray(Image.open(io.BytesIO(frame["image"].iloc[3])).convert("L")), drawn("lying", 3)
    )
    assert dataset.column("image").statistics["pictures"]["n_grey"] == (8 if is_grey else 0)


def test_an_array_of_objects_is_not_unpickled(tmp_path):
    np.savez(tmp_path / "a.npz", x=np.array([{"a": 1}], dtype=object))
    with pytest.raises(UnreadableFile) as refused:
        read_text(tmp_path / "a.npz")
    assert refused.value.code == "array_damaged"


def cmyk():
    out = io.BytesIO()
    Image.fromarray(np.dstack([PIXELS] * 3)).convert("CMYK").save(out, "JPEG")
    return out.getvalue()


def animated():
    frames = [Image.fromarray(drawn("lying", n)) for n in range(3)]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    return out.getvalue()


def sixteen_bits():
    out = io.BytesIO()
    Image.fromarray(PIXELS.astype(np.uint16) * 257).save(out, "PNG")
    return out.getvalue()


def transparent():
    out = io.BytesIO()
    Image.fromarray(np.dstack([PIXELS] * 3 + [np.zeros_like(PIXELS)])).save(out, "PNG")
    return out.getvalue()


def turned():
    image = Image.fromarray(np.dstack([np.zeros((8, 20), np.uint8)] * 3))
    exif = Image.Exif()
    exif[0x0112] = 6  # a camera held on its side
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "finding", "size"),
    [
        (cmyk(), "images_converted", (12, 12)),
        (animated(), "images_first_frame", (12, 12)),
        (sixteen_bits(), "images_converted", (12, 12)),
        (transparent(), "images_converted", (12, 12)),
        (turned(), None, (20, 8)),
        (encoded(np.zeros((1, 1), np.uint8)), None, (1, 1)),
        (encoded(np.zeros((900, 1800), np.uint8)), "images_smaller", (256, 512)),
        (encoded(PIXELS, "BMP"), None, (12, 12)),
        (encoded(PIXELS, "TIFF"), None, (12, 12)),
        (encoded(PIXELS, "WEBP"), None, (12, 12)),
    ],
    ids=["CMYK", "animated", "16 bits", "transparent", "turned", "one pixel", "large", "BMP", "TIFF", "WebP"],
)
def test_odd_images_become_ordinary(taken, home, tmp_path, content, finding, size):
    dataset = taken(zipped(tmp_path / "odd.zip", {**SOUND, "lying/odd.png": content}))
    frame = frame_of(dataset, home).set_index("file")
    stored = frame.loc["lying/odd.png", "image"]
    assert size_of(stored) == size and stored[:4] in (b"\x89PNG", b"\xff\xd8\xff\xe0")
    assert Image.open(io.BytesIO(stored)).mode in ("L", "RGB")
    codes = {f.code for f in Catalog(home).reading_findings(dataset)}
    assert codes == ({finding} if finding else set())


def test_sixteen_bits_keep_their_picture(taken, home, tmp_path):
    dataset = taken(zipped(tmp_path / "odd.zip", {**SOUND, "lying/odd.png": sixteen_bits()}))
    stored = frame_of(dataset, home).set_index("file").loc["lying/odd.png", "image"]
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(stored))), PIXELS)


def too_many_pixels():
    """A PNG file whose head says that it is 20 000 pixels wide and high."""
    import zlib

    head = b"IHDR" + struct.pack(">IIBBBBB", 20_000, 20_000, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13)
        + head
        + struct.pack(">II", zlib.crc32(head), 8)
        + b"IDAT"
        + bytes(12)
    )


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("lying/broken.png", encoded(PIXELS)[:60], "damaged"),
        ("lying/empty.png", b"", "not an image"),
        ("lying/words.png", b"these are words, no image", "not an image"),
        ("lying/page.png", b"<html><body>404</body></html>", "not an image"),
        ("lying/huge.png", too_many_pixels(), "million pixels"),
        ("lying/notes.txt", b"what was photographed", "not an image"),
        ("lying/more.zip", b"PK\x03\x04", "not an image"),
    ],
)
def test_what_is_no_image_is_set_aside_with_the_reason(taken, home, tmp_path, name, content, reason):
    dataset = taken(zipped(tmp_path / "mixed.zip", {**SOUND, name: content}))
    assert dataset.n_rows == len(SOUND) and dataset.n_rejected == 1
    assert reason in aside(dataset)[name]
    finding = Catalog(home).reading_findings(dataset)[0]
    assert finding.code == "images_set_aside" and name in finding.explanation


def test_an_archive_without_a_sound_image_is_refused(tmp_path, home):
    path = zipped(tmp_path / "bad.zip", {f"a/{n}.png": b"no image" for n in range(3)})
    with pytest.raises(UnreadableFile) as refused:
        ingest(path, name="bad.zip", owner="ann", home=home)
    assert refused.value.code == "no_usable_image" and "bad.zip" in str(refused.value)


def test_a_path_that_climbs_out_is_a_name_like_any_other(taken, home, tmp_path):
    files = {f"../../../lying/{n}.png": encoded(drawn("lying", n)) for n in range(4)}
    files |= {f"/etc/standing/{n}.png": encoded(drawn("standing", n)) for n in range(4)}
    before = set(tmp_path.rglob("*"))
    dataset = taken(zipped(tmp_path / "slip.zip", files))
    assert dataset.n_rows == 8
    assert not [p for p in set(tmp_path.rglob("*.png")) - before]


def test_an_archive_in_an_archive_is_refused(tmp_path):
    inner = bars_zip(tmp_path / "inner.zip")
    path = zipped(tmp_path / "outer.zip", {"inner.zip": inner.read_bytes()})
    with pytest.raises(UnreadableFile) as refused:
        read_text(path)
    assert refused.value.code == "archive_nested"


def test_an_image_that_unpacks_to_too_much_is_set_aside(taken, tmp_path, monkeypatch):
    monkeypatch.setattr(images, "MEDIUM", replace(images.MEDIUM, most_bytes=100_000))
    monkeypatch.setattr("core.data.pictures.MOST_BYTES", 100_000)
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in SOUND.items():
            archive.writestr(name, content)
        archive.writestr("lying/bomb.png", b"\0" * 5_000_000)
    dataset = taken(path)
    assert dataset.n_rows == len(SOUND) and "larger than" in aside(dataset)["lying/bomb.png"]


def test_an_encrypted_archive_is_refused_with_a_sentence(tmp_path):
    path = bars_zip(tmp_path / "locked.zip")
    content = bytearray(path.read_bytes())
    place = 0
    while (place := content.find(b"PK\x01\x02", place)) >= 0:
        content[place + 8] |= 1
        place += 4
    path.write_bytes(content)
    with pytest.raises(UnreadableFile) as refused:
        read_text(path)
    assert refused.value.code == "archive_encrypted"


def test_too_many_images_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("core.data.sources._media_archive.MOST_FILES", 5)
    with pytest.raises(TooLarge) as refused:
        read_text(bars_zip(tmp_path / "many.zip"))
    assert refused.value.code == "images_many"


def test_a_class_with_one_example_is_said(taken, tmp_path):
    dataset = taken(zipped(tmp_path / "one.zip", {**bars(6), "bars/lone/1.png": encoded(PIXELS)}))
    with pytest.raises(BadInput) as refused:
        propose_task(dataset, "class")
    assert "lone" in str(refused.value)


def test_an_archive_is_listed_once_to_recognise_it_and_once_to_read_it(tmp_path, monkeypatch):
    path, opened = zipped(tmp_path / "t.zip", bars(6)), []
    open_archive = zipfile.ZipFile.__init__

    def counted(self, file, *given, **more):
        opened.append(file)
        open_archive(self, file, *given, **more)

    monkeypatch.setattr(zipfile.ZipFile, "__init__", counted)
    read_text(path)
    assert opened == [path, path]


def test_documents_with_images_in_them_are_no_archives_of_images(tmp_path):
    files = {"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}
    files |= {f"word/media/{n}.png": encoded(PIXELS) for n in range(9)}
    path = zipped(tmp_path / "letter.docx", files)
    assert recognise(path).key != "images"


def test_read_as_text_an_image_is_its_bytes_in_base64(tmp_path):
    import base64

    frame = read_text(bars_zip(tmp_path / "bars.zip")).frame()
    assert list(frame.columns) == ["file", "class", "image"]
    assert base64.b64decode(frame["image"].iloc[0]) == bars()[frame["file"].iloc[0]]


def test_the_gallery_shows_some_of_each_class(taken, home, tmp_path):
    from core.data.gallery import some_of

    dataset = taken(bars_zip(tmp_path / "bars.zip"))
    catalog = Catalog(home)
    shown = some_of(dataset, catalog, "image", by="class", n_each=3, seed=0)
    assert [one.group for one in shown] == ["lying"] * 3 + ["standing"] * 3
    frame = frame_of(dataset, home).set_index("_row")
    assert all(frame.loc[one.row, "image"] == one.content for one in shown)
    alone = some_of(dataset, catalog, "image", by="class", n_each=5, seed=1, only="lying")
    assert len(alone) == 5 and {one.group for one in alone} == {"lying"}
    assert len(some_of(dataset, catalog, "image", by=None, n_each=7, seed=1)) == 7
