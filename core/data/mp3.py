"""How long an MP3 is, told by counting its frames: without a header that says so decoders guess by its beginning. Decodes nothing.

Sources: ISO/IEC 11172-3 and 13818-3 on the frame; G. Bouvigne, "MP3 Tech", on the Xing header.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

LAYER_3 = 1
MPEG_1 = 3
VERSIONS = {MPEG_1: 1, 2: 2, 0: 4}  # by how much the rates of MPEG 1, 2 and 2.5 are shared out
RATES = (44_100, 48_000, 32_000)
KILOBITS_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
KILOBITS_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
ROOMY = 9  # a bit rate at which a frame has room for a header
UNPROTECTED, PADDED = 1 << 16, 1 << 9
TITLES = (b"Xing", b"Info", b"VBRI")
HEADER_ROOM = 64  # bytes of the first frame in which a title stands
HAS_COUNT = 1


@dataclass(frozen=True)
class _Head:
    """The four bytes that a frame begins with."""

    bits: int

    @property
    def version(self) -> int:
        return self.bits >> 19 & 3

    @property
    def n_bytes(self) -> int:
        """Of the whole frame; 0 where these four are no head of one, or of one that does not say."""
        rate, kilobits = self.bits >> 10 & 3, self.bits >> 12 & 15
        is_head = self.bits >> 21 == 0x7FF and self.bits >> 17 & 3 == LAYER_3 and self.version in VERSIONS
        if not is_head or rate == 3 or kilobits in (0, 15):
            return 0
        known, factor = (KILOBITS_1, 144) if self.version == MPEG_1 else (KILOBITS_2, 72)
        per_second = RATES[rate] // VERSIONS[self.version]
        return factor * known[kilobits] * 1_000 // per_second + bool(self.bits & PADDED)

    @property
    def kin(self) -> int:
        """What all frames of a file have in common: version, layer, rate."""
        return self.bits & 0xFFFE_0C00

    @property
    def n_side_bytes(self) -> int:
        """Between the head and the place of a title."""
        is_mono = self.bits >> 6 & 3 == 3
        if self.version == MPEG_1:
            return 17 if is_mono else 32
        return 9 if is_mono else 17


def with_length(content: bytes) -> bytes:
    """The same MP3 with a first frame that says how many frames there are; as it is where it has one, or none can be told."""
    frames = list(_frames(content))
    if not frames:
        return content
    start, head = frames[0]
    if any(title in content[start : start + HEADER_ROOM] for title in TITLES):
        return content
    bits = (head.bits | UNPROTECTED) & ~PADDED & ~(15 << 12) | ROOMY << 12
    first = (
        struct.pack(">I", bits)
        + bytes(head.n_side_bytes)
        + TITLES[0]
        + struct.pack(">II", HAS_COUNT, len(frames))
    )
    return first.ljust(_Head(bits).n_bytes, b"\0") + content[start:]


def _frames(content: bytes) -> Iterator[tuple[int, _Head]]:
    """Where each frame begins, and its head; what is no frame, such as tags, is passed over."""
    place, kin = 0, None
    while (place := content.find(b"\xff", place)) >= 0:
        head = _head_at(content, place)
        end = place + head.n_bytes
        # a first frame is one if its kin follows: tags hold four such bytes by chance
        wanted = _head_at(content, end).kin if kin is None else kin
        if not head.n_bytes or end > len(content) or head.kin != wanted:
            place += 1
            continue
        kin = wanted
        yield place, head
        place = end


def _head_at(content: bytes, place: int) -> _Head:
    return _Head(int.from_bytes(content[place : place + 4].ljust(4, b"\0")))
