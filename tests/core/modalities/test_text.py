import numpy as np
import pandas as pd
import pytest

from core.domain import Column
from core.modalities import OWN, InputSpec
from core.modalities.category import modality as category
from core.modalities.text import WORDS, modality, words_of_run

COLUMN = Column(name="note", kind="text")
NOTES = pd.Series([f"the {'very ' * (i % 7)}good shop {i}" for i in range(30)])


def spec_of(state):
    shape, dtype, vocabulary = modality.own(state)
    return InputSpec(
        name="text_1",
        shape=shape,
        dtype=dtype,
        feature_names=("note",),
        vocabulary=vocabulary,
        modality="text",
    )


def test_text_that_repeats_is_treated_as_a_category():
    values = pd.Series(["paid late", "paid", "paid late", "paid", "odd"])
    state = modality.fit(values, COLUMN)
    assert modality.names(state) == category.names(category.fit(values, COLUMN))


def test_text_that_does_not_repeat_is_read_word_by_word_and_known_by_its_length():
    state = modality.fit(NOTES, COLUMN)
    assert modality.names(state) == {"numeric": ("note: characters", "note: words"), OWN: ("note",)}
    assert state["vocabulary"] == ["good", "shop", "the", "very"] and state["runs"] == 2
    short, long = modality.transform(pd.Series(["a", "a b c d e f g h i j"]), state)["numeric"]
    assert (short < long).all()


def test_words_become_codes_in_order_and_what_is_rare_or_absent_is_told_apart():
    state = modality.fit(NOTES, COLUMN)
    coded = modality.transform(pd.Series(["The GOOD shoe", "", None]), state)[OWN]
    assert coded[:, :4].tolist() == [[4, 2, 1, 0], [0, 0, 0, 0], [0, 0, 0, 0]]


def test_runs_of_words_are_counted_and_named():
    state = modality.fit(NOTES, COLUMN)
    coded = modality.transform(pd.Series(["good shop, good shop"]), state)[OWN]
    counted = modality.view(WORDS, coded, spec_of(state)).tocoo()
    named = {
        words_of_run(c, state["vocabulary"]): n for c, n in zip(counted.col.tolist(), counted.data.tolist())
    }
    assert named == {("good",): 2, ("shop",): 2, ("good", "shop"): 2}


def test_chinese_is_read_by_character_and_counted_in_runs_up_to_three():
    state = modality.fit(pd.Series([f"味道不错{i}" for i in range(30)]), COLUMN)
    assert state["runs"] == 3 and set("味道不错") == set(state["vocabulary"])
    coded = modality.transform(pd.Series(["味道不错"]), state)[OWN]
    assert modality.view(WORDS, coded, spec_of(state)).nnz == 4 + 3 + 2


def test_flattened_texts_say_which_common_words_they_hold():
    state = modality.fit(NOTES, COLUMN)
    coded = modality.transform(pd.Series(["the shop", "odd"]), state)[OWN]
    assert modality.flatten(coded, spec_of(state)).tolist() == [[0, 1, 1, 0], [0, 0, 0, 0]]


def test_a_state_from_before_words_were_read_still_gives_its_numbers():
    state = dict(modality.fit(NOTES, COLUMN))
    for newer in ("vocabulary", "length", "runs"):
        del state[newer]
    assert OWN not in modality.names(state)
    assert modality.transform(NOTES, state).keys() == {"numeric"}


@pytest.mark.parametrize(
    "text",
    ["x" * 1_000_000, "ha " * 350_000, "\x00\x01\x1b[31m", "😀👩\u200d👩\u200d👧", "مرحبا \u202eبالعالم\u202c", " \n\t "],
    ids=["one word", "1 MB", "control", "emoji", "right to left", "blank"],
)  # fmt: skip
def test_strange_texts_are_read_within_bounds(text):
    state = modality.fit(pd.Series([*NOTES, text], dtype=object), COLUMN)
    coded = modality.transform(pd.Series([text], dtype=object), state)[OWN]
    assert coded.shape == (1, state["length"]) and (coded >= 0).all()
    assert coded.max() < modality.own(state)[2][0] and np.isfinite(coded).all()
