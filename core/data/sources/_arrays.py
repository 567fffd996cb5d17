"""Arrays of images with their labels, as NumPy (npz) and MNIST (IDX) keep them. Runs nothing that a file holds."""

import io
import math
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.data.pictures import eight_bits
from core.domain import PART_WORDS
from core.errors import TooLarge, UnreadableFile

MOST_ARRAY_BYTES = 4 << 30
LEAST_SIDE = 2  # of rows of pixels that are taken for square images
IDX_TYPES = {8: "u1", 9: "i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}


@dataclass(frozen=True, kw_only=True)
class Named:
    """An array by the name it has in its file."""

    name: str
    values: np.ndarray


@dataclass(frozen=True, kw_only=True)
class ImageArray:
    """images: (n, height, width) or (n, height, width, 3), of any number type. labels: (n,), or None."""

    name: str
    images: np.ndarray
    labels: np.ndarray | None
    part: str | None

    def pixels(self, number: int) -> np.ndarray:
        """One image as uint8."""
        return np.ascontiguousarray(eight_bits(self.images[number]))


def read_npy(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, file: str) -> Named:
    """Raises UnreadableFile for a damaged array or one of objects, TooLarge."""
    if entry.file_size > MOST_ARRAY_BYTES:
        raise TooLarge("archive_large", file=file, most=f"{MOST_ARRAY_BYTES >> 30} GiB")
    try:
        with archive.open(entry) as member:
            values = np.lib.format.read_array(io.BytesIO(member.read()), allow_pickle=False)
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise UnreadableFile(
            "array_damaged", file=file, name=entry.filename[:80], detail=_brief(error)
        ) from None
    return Named(name=entry.filename.removesuffix(".npy"), values=values)


def is_idx(head: bytes) -> bool:
    return len(head) >= 8 and head[:2] == b"\0\0" and head[2] in IDX_TYPES and 1 <= head[3] <= 4


def read_idx(content: bytes, name: str, file: str) -> Named:
    """Source: Y. LeCun, C. Cortes, C. Burges, "The MNIST database", on the IDX file format."""
    n_axes = content[3]
    kind = np.dtype(IDX_TYPES[content[2]])
    start = 4 + 4 * n_axes
    shape = tuple(int(n) for n in np.frombuffer(content[4:start], ">u4"))
    if len(shape) < n_axes or len(content) - start != math.prod(shape) * kind.itemsize:
        raise UnreadableFile(
            "array_damaged", file=file, name=name[:80], detail="its length is not what it says"
        )
    return Named(name=name, values=np.frombuffer(content, kind, offset=start).reshape(shape))


def paired(arrays: Sequence[Named], file: str) -> list[ImageArray]:
    """Each array of images with the labels that belong to it: as many, and of the same part.

    Raises UnreadableFile when no array holds images.
    """
    labels = [a for a in arrays if _is_labels(a.values)]
    found = []
    for array in arrays:
        images = _as_images(array.values)
        if images is None or any(array is one for one in labels):
            continue
        part = part_of(array.name)
        fitting = [a for a in labels if len(a.values) == len(images)]
        own = [a for a in fitting if part_of(a.name) == part] or fitting
        found.append(
            ImageArray(
                name=array.name, images=images, labels=own[0].values.reshape(-1) if own else None, part=part
            )
        )
    if not found:
        shapes = ", ".join(f"{a.name} {a.values.shape}" for a in arrays[:8])
        raise UnreadableFile("no_image_array", file=file, shapes=shapes[:300])
    return found


def part_of(name: str) -> str | None:
    """The part that an array's name states: x_test, train-images-idx3-ubyte, t10k-images-idx3-ubyte."""
    words = name.lower().replace("-", "_").replace(".", "_").replace("/", "_").split("_")
    if "t10k" in words:  # what MNIST calls its test rows
        return "test"
    return next((part for part, known in PART_WORDS.items() for word in words if word in known), None)


def _is_labels(values: np.ndarray) -> bool:
    return values.ndim == 1 or (values.ndim == 2 and values.shape[1] == 1)


def _as_images(values: np.ndarray) -> np.ndarray | None:
    if values.dtype.kind not in "uifb" or not values.size:
        return None
    if values.ndim == 2:  # rows of pixels
        side = math.isqrt(values.shape[1])
        is_square = side >= LEAST_SIDE and side * side == values.shape[1]
        return values.reshape(len(values), side, side) if is_square else None
    if values.ndim == 3:
        return values
    if values.ndim != 4:
        return None
    if values.shape[3] not in (1, 3, 4) and values.shape[1] in (1, 3, 4):
        values = values.transpose(0, 2, 3, 1)  # channels first, as PyTorch has them
    if values.shape[3] == 1:
        return values[..., 0]
    return values[..., :3] if values.shape[3] in (3, 4) else None


def _brief(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200].rstrip(". ")
