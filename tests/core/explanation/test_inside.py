"""Mistakes, kinds of column and the map of the last layer, of one finished run."""

import numpy as np
import pytest

from core.errors import NotApplicable
from core.explanation.kinds import worth_of_kinds
from core.explanation.landscape import landscape
from core.explanation.mistakes import surest_mistakes
from core.prediction.examples import row_numbered


def test_mistakes_come_surest_first_with_their_texts(finished):
    mistakes = surest_mistakes(finished.store, finished.catalog, finished.run, finished.number("dummy"))
    certainties = [m.certainty for m in mistakes]
    assert mistakes and certainties == sorted(certainties, reverse=True)
    assert all(m.truth != m.answer and m.texts["note"] for m in mistakes)
    scorer = finished.scorer("dummy")
    example = row_numbered(finished.store, finished.catalog, finished.run, scorer.contract, mistakes[0].row)
    assert example.number == mistakes[0].number and example.truth == mistakes[0].truth
    assert example.values["note"] == mistakes[0].texts["note"]


def test_a_kind_that_decides_is_missed_when_it_is_mixed_up(finished):
    scorer = finished.scorer("words_logistic")
    worth = {w.kind: w for w in worth_of_kinds(scorer, finished.catalog, finished.run)}
    assert worth["texts"].columns == ("note",) and set(worth) == {"numbers", "categories", "texts"}
    assert worth["texts"].value < worth["texts"].whole - 0.05
    assert (
        abs(worth["categories"].value - worth["categories"].whole)
        < worth["texts"].whole - worth["texts"].value
    )


@pytest.mark.parametrize("method", ["pca", "tsne"])
def test_a_map_has_a_place_for_every_test_row(finished, method):
    scorer = finished.scorer("text_attention")
    drawn = landscape(scorer, finished.store, finished.catalog, finished.run, method)
    n_test = finished.run.summary["rows"]["test"]
    assert len(drawn.numbers) == len(drawn.x) == len(drawn.truth) == len(drawn.is_right) == n_test
    assert np.isfinite([drawn.x, drawn.y]).all() and set(drawn.truth) <= {"no", "yes"}


def test_a_classic_model_has_no_layer_to_draw(finished):
    with pytest.raises(NotApplicable, match="no layer"):
        landscape(finished.scorer("dummy"), finished.store, finished.catalog, finished.run, "pca")
