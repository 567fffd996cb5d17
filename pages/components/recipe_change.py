"""Changing a dataset's recipe from a page: the job that does it, its end, and the way back. Knows no step."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from core.codec import to_plain
from core.domain import Dataset, RecipeStep
from core.errors import FathomError
from pages.components import session
from pages.components.progress import follow
from pages.components.text import escape

KEY = "cleaning"
PATIENCE_S = 1.5  # a small table is clean sooner than a progress bar could be read
MOST_UNDONE = 50


def change(dataset: Dataset, recipe: Sequence[RecipeStep], *, keep: bool = True) -> None:
    """Put another recipe in force, as a job. keep: whether it can be undone. For callbacks, too."""
    payload = {"dataset": dataset.id, "recipe": to_plain(tuple(recipe))}
    job = session.queue().put(kind="clean", lane="data", owner=session.owner(), payload=payload)
    st.session_state[KEY] = {"job": job.id, "dataset": dataset.id, "before": dataset.recipe if keep else None}
    session.queue().wait(job.id, PATIENCE_S)


def add_step(dataset: Dataset, step: RecipeStep) -> None:
    change(dataset, (*dataset.recipe, step))


def replace_step(dataset: Dataset, number: int, step: RecipeStep) -> None:
    change(dataset, (*dataset.recipe[:number], step, *dataset.recipe[number + 1 :]))


def delete_step(dataset: Dataset, number: int) -> None:
    change(dataset, (*dataset.recipe[:number], *dataset.recipe[number + 1 :]))


def switch_step(dataset: Dataset, number: int, on: bool) -> None:
    replace_step(dataset, number, replace(dataset.recipe[number], on=on))


def move_step(dataset: Dataset, number: int, by: int) -> None:
    steps = list(dataset.recipe)
    steps.insert(number + by, steps.pop(number))
    change(dataset, steps)


def can_undo(dataset: Dataset) -> bool:
    return bool(_undone(dataset))


def undo(dataset: Dataset) -> None:
    """Back to the recipe before the last change."""
    change(dataset, _undone(dataset).pop(), keep=False)


def draw_change(dataset: Dataset) -> bool:
    """What becomes of a change that is under way; whether one is."""
    pending = st.session_state.get(KEY)
    if pending is None or pending["dataset"] != dataset.id:
        return False
    try:
        job = follow(pending["job"], "Cleaning")
    except FathomError:  # forgotten by the queue meanwhile
        del st.session_state[KEY]
        return False
    if job.state == "succeeded":
        del st.session_state[KEY]
        if pending["before"] is not None:
            _undone(dataset).append(pending["before"])
            del _undone(dataset)[:-MOST_UNDONE]
        st.session_state["recipe_changes"] = st.session_state.get("recipe_changes", 0) + 1
        st.rerun()
    if job.state in ("failed", "stopped"):
        st.session_state["recipe_refused"] = job.error or "It was stopped; the recipe is as it was."
        del st.session_state[KEY]
        st.session_state["recipe_changes"] = st.session_state.get("recipe_changes", 0) + 1
        return False
    return True


def draw_refusal() -> None:
    """Why the last change was refused, said once."""
    refused = st.session_state.pop("recipe_refused", None)
    if refused:
        st.error(escape(refused), icon=":material/undo:")


def _undone(dataset: Dataset) -> list[tuple[RecipeStep, ...]]:
    return st.session_state.setdefault("recipe_undo", {}).setdefault(dataset.id, [])
