import pandas as pd

from core.domain import Column
from core.modalities.category import modality as category
from core.modalities.text import modality

COLUMN = Column(name="note", kind="text")


def test_text_that_repeats_is_treated_as_a_category():
    values = pd.Series(["paid late", "paid", "paid late", "paid", "odd"])
    state = modality.fit(values, COLUMN)
    assert modality.names(state) == category.names(category.fit(values, COLUMN))


def test_text_that_does_not_repeat_is_known_by_its_length_and_words():
    state = modality.fit(pd.Series([f"{'very ' * i}long {i}" for i in range(30)]), COLUMN)
    assert modality.names(state) == {"numeric": ("note: characters", "note: words")}
    short, long = modality.transform(pd.Series(["a", "a b c d e f g h i j"]), state)["numeric"]
    assert (short < long).all()
