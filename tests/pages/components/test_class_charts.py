import numpy as np
import pandas as pd
import pytest
import streamlit.elements.lib.streamlit_plotly_theme as theme

from core.domain import Task
from core.evaluation import curves
from pages.components.class_charts import confusion_chart, roc_chart
from pages.components.shades import sequential
from tests.test_theme import contrast


@pytest.fixture(autouse=True)
def plotly_theme():
    theme.configure_streamlit_plotly_theme()


def ten_classes():
    task = Task(kind="multiclass", target="y", features=(), classes=tuple("0123456789"))
    rng = np.random.default_rng(0)
    return rng.integers(0, 10, 200), rng.dirichlet(np.ones(10), 200), task


def test_no_two_classes_share_a_colour_and_a_dash():
    y, prediction, task = ten_classes()
    figure = roc_chart({"Forest": curves.roc(y, prediction, task)}, positive=None)
    colours = figure.layout.colorway
    lines = [(colours[n % len(colours)], trace.line.dash) for n, trace in enumerate(figure.data[:10])]
    assert len(set(lines)) == 10


def test_every_cell_says_its_count_in_a_colour_that_can_be_read_on_it():
    y, prediction, task = ten_classes()
    figure = confusion_chart(curves.confusion_matrix(y, prediction, task), model="Forest")
    assert len(figure.layout.annotations) == 100
    assert [colour for _, colour in figure.layout.coloraxis.colorscale] == list(sequential())


def test_a_click_in_any_cell_with_rows_tells_which_it_was():
    y, prediction, task = ten_classes()
    table = curves.confusion_matrix(y, prediction, task)
    cells = confusion_chart(table, model="Forest").data[1]
    assert [tuple(c[:2]) for c in cells.customdata] == list(
        zip(table["true"], table["predicted"], strict=True)
    )
    assert list(cells.x) == list(table["predicted"]) and list(cells.y) == list(table["true"])


def test_a_class_without_rows_has_text_for_the_page_behind_it():
    task = Task(kind="binary", target="y", features=(), classes=("no", "yes"), positive_class="yes")
    table = curves.confusion_matrix(np.zeros(4, int), np.tile([0.9, 0.1], (4, 1)), task)
    figure = confusion_chart(table, model="Forest")
    empty = [a for a in figure.layout.annotations if a.y == "yes"]
    assert [a.text for a in empty] == ["0", "0"]
    assert all(contrast(a.font.color, "#FFFFFF") >= 4.5 for a in empty)


def test_too_many_classes_leave_the_cells_to_their_shades():
    k = 20
    names = [str(n) for n in range(k)]
    table = pd.DataFrame([{"true": t, "predicted": p, "n": 1, "share": 0.05} for t in names for p in names])
    assert not confusion_chart(table, model="Forest").layout.annotations
