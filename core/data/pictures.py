"""An encoded image made ordinary: upright, 8 bits, grey or colour, of bounded size. Knows no table.

What is stored is a PNG or JPEG file that every browser shows and every later step opens alike.
"""

import io
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from core.data.media import Unusable
from core.sentences import say

if TYPE_CHECKING:
    import numpy as np
    from PIL.Image import Image

MOST_BYTES = 64 << 20
MOST_PIXELS = 100_000_000
SIDE = 512  # pixels; larger images are stored smaller, as no network here learns from more
FORMATS = ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP", "PPM")
SUFFIXES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".ppm", ".pgm", ".pbm")
KEPT = ("PNG", "JPEG")  # formats whose bytes are stored as they came
JPEG_QUALITY = 92
PLAIN_MODES = ("L", "RGB", "1", "P")  # from which nothing is lost, but for what is transparent
UPRIGHT = 1
ORIENTATION = 0x0112  # of EXIF

# what a damaged file makes Pillow raise
_DAMAGE = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    struct.error,
    zlib.error,
)

Change = Literal["smaller", "first_frame", "converted"]


class NotAPicture(Unusable):
    """The bytes cannot be used; the message says why, as a sentence."""


@dataclass(frozen=True, kw_only=True)
class Picture:
    """content: the bytes to store. width, height: in pixels as it came, upright. changes: what was done to it."""

    content: bytes
    width: int
    height: int
    is_grey: bool
    changes: frozenset[Change] = frozenset()

    @property
    def facts(self) -> Mapping[str, float]:
        return {"width": self.width, "height": self.height, "is_grey": self.is_grey}


def ordinary(content: bytes) -> Picture:
    """Decode the whole image, which proves it sound. Raises NotAPicture."""
    if len(content) > MOST_BYTES:
        raise NotAPicture(say("picture.large_file", most=MOST_BYTES >> 20))
    image = _opened(content)
    try:
        return _made_ordinary(image, content)
    except _DAMAGE:
        raise NotAPicture(say("picture.damaged")) from None


def _opened(content: bytes) -> "Image":
    import warnings

    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about its size: looked at below
            image = Image.open(io.BytesIO(content), formats=FORMATS)
            width, height = image.size
    except Image.DecompressionBombError:
        raise NotAPicture(say("picture.large", most=MOST_PIXELS // 1_000_000)) from None
    except _DAMAGE:
        raise NotAPicture(say("picture.unknown")) from None
    if width * height > MOST_PIXELS:
        raise NotAPicture(say("picture.large", most=MOST_PIXELS // 1_000_000))
    return image


def _made_ordinary(image: "Image", content: bytes) -> Picture:
    from PIL import ImageOps

    changes: set[Change] = set()
    kind, (width, height) = image.format, image.size
    if getattr(image, "is_animated", False):
        changes.add("first_frame")
    if kind == "JPEG" and max(width, height) > SIDE:
        image.draft(
            None, (SIDE, SIDE)
        )  # decodes at a half or a quarter, which is quicker and finer than later
    image.load()
    turned = image.getexif().get(ORIENTATION, UPRIGHT) != UPRIGHT
    if turned:
        upright = ImageOps.exif_transpose(image)
        if (upright.size == image.size[::-1]) and upright.size != image.size:
            width, height = height, width
        image = upright
    plain = _plain(image)
    if image.mode not in PLAIN_MODES or "transparency" in image.info:
        changes.add("converted")
    if max(width, height) > SIDE:
        plain.thumbnail((SIDE, SIDE), reducing_gap=2.0)
        changes.add("smaller")
    if changes or turned or plain.mode != image.mode or kind not in KEPT:
        content = _encoded(plain, "JPEG" if "smaller" in changes else "PNG")
    return Picture(
        content=content, width=width, height=height, is_grey=plain.mode == "L", changes=frozenset(changes)
    )


def _plain(image: "Image") -> "Image":
    """In mode L or RGB; what is transparent becomes white."""
    import numpy as np
    from PIL import Image

    if image.mode in ("L", "RGB"):
        return image
    if image.mode == "1":
        return image.convert("L")
    if image.mode == "F" or image.mode.startswith("I"):
        return Image.fromarray(eight_bits(np.asarray(image)))
    if image.mode in ("LA", "La", "PA", "RGBA", "RGBa") or "transparency" in image.info:
        own = image.convert("RGBA")
        whole = Image.alpha_composite(Image.new("RGBA", own.size, "white"), own)
        return whole.convert("L" if image.mode in ("LA", "La") else "RGB")
    return image.convert("RGB")


def eight_bits(values: "np.ndarray") -> "np.ndarray":
    """Brightness of any type as uint8: fractions up to 1, or whole numbers of 8 or of 16 bits."""
    import numpy as np

    if values.dtype == np.uint8:
        return values
    if values.dtype == bool:
        return values.astype(np.uint8) * 255
    values = np.nan_to_num(values.astype(np.float32))
    top = float(values.max(initial=0.0))
    factor = 255.0 if top <= 1 else 1.0 if top <= 255 else 1 / 257
    return np.clip(np.rint(values * factor), 0, 255).astype(np.uint8)


def from_pixels(pixels: "np.ndarray") -> Picture:
    """An image given as (height, width) or (height, width, 3) uint8."""
    from PIL import Image

    image = Image.fromarray(pixels)
    width, height = image.size
    if max(image.size) > SIDE:
        image.thumbnail((SIDE, SIDE), reducing_gap=2.0)
        changes = frozenset(("smaller",))
    else:
        changes = frozenset()
    return Picture(
        content=_encoded(image, "PNG"), width=width, height=height, is_grey=image.mode == "L", changes=changes
    )


def _encoded(image: "Image", kind: str) -> bytes:
    out = io.BytesIO()
    settings: dict[str, Any] = {"quality": JPEG_QUALITY} if kind == "JPEG" else {"compress_level": 1}
    image.save(out, kind, **settings)
    return out.getvalue()


def pixels_of(content: bytes, shape: tuple[int, int, int]) -> "np.ndarray":
    """A stored image as uint8 of shape (height, width, channels), stretched to it; channels: 1 or 3."""
    import numpy as np
    from PIL import Image

    height, width, channels = shape
    with Image.open(io.BytesIO(content), formats=KEPT) as image:
        own = image.convert("L" if channels == 1 else "RGB")
    if own.size != (width, height):
        own = own.resize((width, height), Image.Resampling.BILINEAR)
    return np.asarray(own).reshape(shape)


def size_of(content: bytes) -> tuple[int, int]:
    """Height and width of a stored image, from its first bytes."""
    from PIL import Image

    with Image.open(io.BytesIO(content), formats=KEPT) as image:
        return image.height, image.width
