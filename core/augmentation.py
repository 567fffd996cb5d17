"""How images may be changed while a network learns, and when a mirrored one would be another class. Knows no network."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

SIDES = re.compile(
    r"\b(left|right|links|rechts|gauche|droite|arrow|clockwise|counterclockwise|letter|digit|number)\b|[左右]",
    re.IGNORECASE,
)
NUMBER_WORDS = frozenset("zero one two three four five six seven eight nine ten".split())


@dataclass(frozen=True, kw_only=True)
class Change:
    """How much at most. shift: share of a side; turn: degrees; zoom: share; mirror: whether left and right may change."""

    shift: float = 0.0
    turn: float = 0.0
    zoom: float = 0.0
    mirror: bool = False

    @property
    def does_anything(self) -> bool:
        return bool(self.shift or self.turn or self.zoom or self.mirror)


def mirroring_harms(classes: Sequence[str]) -> str | None:
    """The class that a mirror could make another one of, or None.

    Single characters are digits and letters; a mirrored 2 is none.
    """
    for name in classes:
        word = name.strip()
        is_sign = len(word) == 1 or re.fullmatch(r"\d+", word) or word.lower() in NUMBER_WORDS
        if is_sign or SIDES.search(word.replace("_", " ").replace("-", " ")):
            return name
    return None


def change_of(shift: float, turn: float, zoom: float, mirror: str, classes: tuple[str, ...]) -> Change:
    """The augmentation that these settings mean for these classes."""
    mirrors = mirror == "yes" or (mirror == "auto" and mirroring_harms(classes) is None)
    return Change(shift=shift, turn=turn, zoom=zoom, mirror=mirrors)


def coefficients(
    cos: Any, sin: Any, zoom: Any, across: Any, down: Any, sign: Any, *, height: int, width: int
):
    """The six numbers that say from where each pixel of a changed image comes: x' = ax + by + c, y' = dx + ey + f.

    Of arrays of any library, a number an image. cos, sin: of the angle it is turned by; sign: -1 mirrors;
    across, down: pixels it is moved by.
    """
    middle_x, middle_y = (width - 1) / 2, (height - 1) / 2
    a, b = sign * cos / zoom, sin / zoom
    d, e = -sign * sin / zoom, cos / zoom
    c = middle_x + across - a * middle_x - b * middle_y
    f = middle_y + down - d * middle_x - e * middle_y
    return a, b, c, d, e, f


def changed(content: bytes, change: Change, rng: "np.random.Generator", n: int) -> list[bytes]:
    """n random versions of a stored image, to be looked at."""
    import io

    import numpy as np
    from PIL import Image

    with Image.open(io.BytesIO(content)) as image:
        own = image.convert("RGB")
    width, height = own.size
    rim = max(own.size)  # what comes in from outside is as the edge is
    around = Image.fromarray(np.pad(np.asarray(own), ((rim, rim), (rim, rim), (0, 0)), mode="edge"))
    versions = []
    for _ in range(n):
        angle = math.radians(rng.uniform(-change.turn, change.turn))
        zoom = 1 + rng.uniform(-change.zoom, change.zoom)
        across, down = rng.uniform(-change.shift, change.shift, 2) * (width, height)
        sign = -1.0 if change.mirror and rng.random() < 0.5 else 1.0
        a, b, c, d, e, f = coefficients(
            math.cos(angle), math.sin(angle), zoom, across, down, sign, height=height, width=width
        )
        six = (a, b, c + rim, d, e, f + rim)
        out = io.BytesIO()
        around.transform(own.size, Image.Transform.AFFINE, six, Image.Resampling.BILINEAR).save(out, "PNG")
        versions.append(out.getvalue())
    return versions
