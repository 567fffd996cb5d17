"""Undo and redo: on disk, beside the dataset, whatever stops in between."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.making import gone, with_recipe
from core.data.recipe import read_recipe
from core.data.recipe_history import MOST_KEPT, RecipeHistory, history_path, load_history, save_history
from core.domain import RecipeStep
from core.errors import BadInput

TABLE = "a,b,c\n" + "".join(f"{i},{i % 7},{i % 3}\n" for i in range(30))
DROP_A, DROP_B = ({"step": "drop", "params": {"columns": [name]}} for name in "ab")


def recipe(*numbers):
    return tuple(RecipeStep(step="drop", params={"columns": [str(n)]}) for n in numbers)


@pytest.fixture
def dataset(store, catalog):
    raw = store(TABLE)
    once = with_recipe(raw, read_recipe([DROP_A]), catalog)
    return with_recipe(once, read_recipe([DROP_A, DROP_B]), catalog)


def names(dataset):
    return "".join(c.name for c in dataset.columns)


def moved(dataset, by, catalog):
    return gone(dataset, load_history(dataset, catalog.home).at + by, catalog)


def test_a_job_that_is_done_twice_has_gone_back_once(dataset, catalog):
    place = load_history(dataset, catalog.home).at - 1
    once = gone(dataset, place, catalog)
    assert gone(once, place, catalog) == once and names(once) == "bc"


def test_changes_are_undone_and_done_again_one_by_one(dataset, catalog):
    seen = []
    for by in (-1, -1, 1, 1, -1):
        dataset = moved(dataset, by, catalog)
        assert catalog.get(dataset.id, "ada") == dataset
        seen.append(names(dataset))
    assert seen == ["bc", "abc", "bc", "c", "bc"]


def test_at_either_end_it_says_so_and_nothing_changes(dataset, catalog):
    with pytest.raises(BadInput, match="no later recipe"):
        moved(dataset, 1, catalog)
    first = moved(moved(dataset, -1, catalog), -1, catalog)
    with pytest.raises(BadInput, match="no earlier recipe"):
        moved(first, -1, catalog)
    assert catalog.get(dataset.id, "ada") == first


def test_a_change_after_an_undo_gives_up_what_was_undone(dataset, catalog):
    back = moved(dataset, -1, catalog)
    other = with_recipe(back, read_recipe([DROP_B]), catalog)
    history = load_history(other, catalog.home)
    assert not history.has(history.at + 1)
    assert names(moved(other, -1, catalog)) == "bc"


def test_a_recipe_that_does_not_fit_leaves_no_trace(dataset, catalog):
    before = history_path(catalog.home, dataset.id).read_text()
    with pytest.raises(BadInput):
        with_recipe(dataset, read_recipe([{"step": "drop", "params": {"columns": ["nope"]}}]), catalog)
    assert history_path(catalog.home, dataset.id).read_text() == before


def test_it_goes_with_its_dataset(dataset, catalog):
    catalog.delete(dataset.id, "ada")
    assert not history_path(catalog.home, dataset.id).exists()


@pytest.mark.parametrize("by", [-1, 1])
def test_a_crash_before_the_history_was_written_loses_nothing(dataset, catalog, by):
    """The dataset is written first; what is on disk beside it is then one step behind."""
    if by > 0:
        dataset = moved(dataset, -1, catalog)
    stale = load_history(dataset, catalog.home)
    after = moved(dataset, by, catalog)
    save_history(stale, dataset.id, catalog.home)
    assert names(moved(after, -by, catalog)) == names(dataset)


def test_a_dataset_of_before_has_its_recipe_alone(dataset, catalog):
    history_path(catalog.home, dataset.id).unlink()
    history = load_history(dataset, catalog.home)
    assert (
        history.in_force == dataset.recipe
        and not history.has(history.at - 1)
        and not history.has(history.at + 1)
    )
    assert names(moved(with_recipe(dataset, (), catalog), -1, catalog)) == "c"


@given(st.lists(st.one_of(st.integers(0, 3), st.sampled_from([-1])), max_size=20))
def test_going_back_as_often_as_forth_ends_where_it_began(moves):
    history = RecipeHistory(recipes=(recipe(),))
    for move in moves:
        if move >= 0:
            history = history.followed_by(recipe(move))
        elif history.has(history.at - 1):
            assert history.gone(history.at - 1).gone(history.at) == history
            history = history.gone(history.at - 1)
        assert all(a != b for a, b in zip(history.recipes, history.recipes[1:]))


def test_the_oldest_are_forgotten():
    history = RecipeHistory(recipes=(recipe(),))
    for n in range(MOST_KEPT + 5):
        history = history.followed_by(recipe(n))
    assert len(history.recipes) == MOST_KEPT and history.in_force == recipe(MOST_KEPT + 4)
