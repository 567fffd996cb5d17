"""What figures of a model's inside promise to the eye."""

import pandas as pd

from pages.components.inside_charts import words_chart


def test_a_word_against_has_another_colour_than_one_for():
    table = pd.DataFrame({"place": [1, 2, 3], "word": ["well", "late", "made"], "weight": [1.5, -1.0, 0.5]})
    figure = words_chart(table, about="“yes”")
    made, late, well = figure.data[0].marker.color
    assert made == well != late
