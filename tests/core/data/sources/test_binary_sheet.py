import io
import struct

import pytest

from core.data.sources._binary_sheet import follow_binary
from core.data.sources._extent import MAX_CELLS, _Extent
from core.errors import TooLarge


def record(kind, content):
    size, length = len(content), b""
    while True:
        size, low = size >> 7, size & 0x7F
        length += bytes([low | (0x80 if size else 0)])
        if not size:
            break
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    return head + length + content


def row(number):
    return record(0, struct.pack("<I", number) + bytes(13))


def cell(column, kind=5):
    return record(kind, struct.pack("<II", column, 0) + struct.pack("<d", 1.5))


def test_every_filled_cell_is_found_where_it_lies():
    seen = []
    sheet = (
        record(148, bytes(16))
        + row(0)
        + cell(0)
        + cell(3)
        + row(9)
        + cell(2, kind=1)
        + cell(1, kind=7)
        + record(300, bytes(500))
    )
    follow_binary(io.BytesIO(sheet), lambda *place: seen.append(place))
    assert seen == [(1, 1), (1, 4), (10, 2)]


def test_two_cells_in_opposite_corners_are_refused():
    sheet = row(0) + cell(0) + row(1_048_575) + cell(16_383)
    with pytest.raises(TooLarge) as refused:
        follow_binary(io.BytesIO(sheet), _Extent("far.xlsb").fill)
    assert refused.value.parameters["n"] > MAX_CELLS


@pytest.mark.parametrize("sheet", [row(0)[:-3], b"\x00\xff\xff\xff\x7f", b"\x05"])
def test_records_that_break_off_are_a_fault(sheet):
    with pytest.raises(ValueError, match="break off"):
        follow_binary(io.BytesIO(sheet), lambda *place: None)
