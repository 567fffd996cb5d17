"""What figures of a model's inside promise to the eye."""

import numpy as np
import pandas as pd

from core.domain import Task
from core.explanation.film import EpochMaps
from pages.components.inside_charts import film_chart, landscape_chart, words_chart


def test_a_word_against_has_another_colour_than_one_for():
    table = pd.DataFrame({"place": [1, 2, 3], "word": ["well", "late", "made"], "weight": [1.5, -1.0, 0.5]})
    figure = words_chart(table, about="“yes”")
    made, late, well = figure.data[0].marker.color
    assert made == well != late


def test_a_class_keeps_its_colour_whichever_row_of_a_map_comes_first():
    task = Task(
        kind="multiclass",
        target="part",
        features=("image",),
        classes=("bolt", "gear", "nut"),
        metric="accuracy",
    )
    drawn = []
    for truth in (["nut", "bolt"], ["bolt", "nut"]):
        found = {
            "x": [0.0, 1.0],
            "y": [0.0, 1.0],
            "truth": truth,
            "numbers": [1, 2],
            "is_right": [True, False],
        }
        drawn.append({t.name: t.marker.color for t in landscape_chart(found, task=task).data})
    assert drawn[0] == drawn[1] and list(drawn[0]) == ["bolt", "nut"]


def test_a_map_by_epoch_opens_on_the_epoch_that_was_kept():
    task = Task(kind="binary", target="y", features=("x",), classes=("a", "b"), metric="auc")
    maps = {epoch: np.full((2, 2), float(epoch)) for epoch in (0, 1, 2, 3)}
    found = EpochMaps(
        rows=np.arange(2), truth=("a", "b"), is_right=(True, True), maps=maps, best_epoch=2, explained=1.0
    )
    figure = film_chart(found, task=task)
    slider = figure.layout.sliders[0]
    assert slider.steps[slider.active].label == "2 (kept)"
    assert [list(t.x) for t in figure.data] == [[2.0], [2.0]]
