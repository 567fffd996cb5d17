"""Words that no training text held make a row doubtful where there are many of them."""

import pandas as pd
import pytest

from core.prediction.doubts import Doubts, with_more
from core.prediction.new_words import find_new_words
from tests.core.training.toys import toy


def doubts_of(*notes):
    preparation = toy("binary", made_for="text").preparation
    frame = pd.DataFrame({"size": 0.5, "plan": "pro", "city": "city 1", "note": notes})
    return find_new_words(frame, preparation.transform(frame), preparation)


@pytest.mark.parametrize("note", ["large large today word1", "large huge tiny today zebra", "", None])
def test_a_text_of_known_words_is_not_doubted(note):
    assert doubts_of(note) == []


def test_a_text_of_new_words_is_doubted_and_they_are_named():
    ((row, doubt),) = doubts_of("large today", "large zebra Quagga zebra")
    assert row == 1
    assert doubt.sentence == "3 of 4 words of 'note' are new to the model: zebra, quagga"


def test_they_come_after_what_else_is_doubtful_of_the_row():
    import numpy as np

    before = Doubts(2, (), np.array([], np.int64), np.array([], np.int64))
    found = doubts_of("zebra", "quagga")
    both = with_more(with_more(before, found), found[:1])
    assert [len(row) for row in both.by_row()] == [2, 1]
