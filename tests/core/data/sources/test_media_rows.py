"""Files of an archive are made some ahead, and no more of them than memory should hold."""

from dataclasses import replace
from functools import partial
from types import SimpleNamespace

import pytest

from core.data.media import MEDIA
from core.data.sources._media_rows import AHEAD, AHEAD_BYTES, MediaRow, Tally, _checked


@pytest.mark.parametrize(("size", "most"), [(AHEAD_BYTES // 2, 4), (1, AHEAD + 1)])
def test_large_files_are_made_few_ahead_and_small_ones_many(size, most):
    begun = []

    def rows():
        for number in range(1, 41):
            begun.append(number)
            made = SimpleNamespace(
                content=range(size), facts={}, changes=frozenset()
            )  # long, and takes no room
            yield MediaRow(number=number, name=str(number), cells=(), make=partial(lambda one: one, made))

    tally = Tally(replace(MEDIA["image"], most_bytes=AHEAD_BYTES))
    waiting = [len(begun) - row.number for row, _ in _checked(rows(), tally)]
    assert tally.n_rows == 40 and max(waiting) <= most
    assert size > 1 or max(waiting) > 4
