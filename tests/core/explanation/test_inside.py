"""Mistakes, kinds of column and the map of the last layer, of one finished run."""

import numpy as np
import pytest

from core.errors import NotApplicable
from core.explanation.film import epoch_maps
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


def test_a_film_has_a_place_for_every_row_in_every_epoch_kept(finished):
    record = finished.scorer("text_attention").record
    film = epoch_maps(finished.store, finished.run, record)
    assert [*film.maps] == [0, 1, 2, 3, 4] and film.best_epoch in film.maps
    assert (
        len(film.rows) == len(film.truth) == len(film.is_right) == finished.run.summary["rows"]["validation"]
    )
    assert all(m.shape == (len(film.rows), 2) and np.isfinite(m).all() for m in film.maps.values())
    assert not np.allclose(film.maps[0], film.maps[4])
    scorer = finished.scorer("text_attention")
    example = row_numbered(finished.store, finished.catalog, finished.run, scorer.contract, int(film.rows[0]))
    assert example.truth == film.truth[0]


def test_the_last_frame_is_what_the_kept_network_makes_of_the_rows(finished):
    """The film is of the very rows and the very layer that the map of the finished network shows."""
    from core.runs.film import load_film, narrowed
    from core.training.step import learned_layer

    scorer = finished.scorer("text_attention")
    film = load_film(scorer.voice.folder)
    names = [c.name for c in scorer.voice.preparation.columns]
    frame = finished.catalog.read(finished.lab.dataset, columns=names, rows=film.rows)
    import keras

    model = scorer.voice.predictor.model
    layer = keras.Model(model.input, learned_layer(model)).predict(scorer.voice.inputs(frame), verbose=0)
    kept = film.frames[film.epochs.index(film.best_epoch)]
    assert np.allclose(narrowed(layer), kept, rtol=1e-2, atol=1e-2)


def test_a_model_without_a_film_says_so(finished):
    with pytest.raises(NotApplicable, match="kept no maps"):
        epoch_maps(finished.store, finished.run, finished.scorer("dummy").record)
