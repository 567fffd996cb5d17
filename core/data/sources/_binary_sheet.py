"""Where the cells of an xlsb sheet lie. Reads no value.

A sheet is a run of records: a type and a length of seven bits a byte, then the content.
Source: [MS-XLSB] 2.1.4 Record, 2.4 (BrtRowHdr, BrtCell…).
"""

import struct
from collections.abc import Callable
from typing import BinaryIO

ROW = 0
CELLS = range(1, 12)  # BrtCellBlank to BrtFmlaError
BLANK = 1
MOST_CONTENT = 64 << 20


def follow_binary(part: BinaryIO, fill: Callable[[int, int], None]) -> None:
    """Call fill(row, column), from 1, for every filled cell. Raises ValueError where the records break off."""
    row = 0
    while (kind := _number(part, 2)) is not None:
        size = _number(part, 4)
        if size is None or size > MOST_CONTENT:
            raise ValueError("its records break off")
        content = part.read(size)
        if len(content) < size:
            raise ValueError("its records break off")
        if kind == ROW and size >= 4:
            row = struct.unpack_from("<I", content)[0] + 1
        elif kind in CELLS and kind != BLANK and size >= 4:
            fill(row, struct.unpack_from("<I", content)[0] + 1)


def _number(part: BinaryIO, most_bytes: int) -> int | None:
    """A number of seven bits a byte, the least first; None at the end of the part."""
    value = 0
    for shift in range(most_bytes):
        byte = part.read(1)
        if not byte:
            return None
        value |= (byte[0] & 0x7F) << (7 * shift)
        if not byte[0] & 0x80:
            break
    return value
