"""Changing a dataset's recipe from a page: the job that does it, its end, and the way back. Knows no step."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from core.codec import to_plain
from core.data.recipe_history import RecipeHistory, load_history
from core.domain import Dataset, RecipeStep
from core.errors import FathomError
from core.jobs.job import UNDER_WAY
from pages.components import session
from pages.components.progress import follow
from pages.components.text import escape

KEY = "cleaning"
PATIENCE_S = 1.5  # a small table is clean sooner than a progress bar could be read


def change(dataset: Dataset, recipe: Sequence[RecipeStep]) -> None:
    """Put another recipe in force, as a job. For callbacks, too."""
    _put(dataset, {"recipe": to_plain(tuple(recipe))})


def go(dataset: Dataset, place: int) -> None:
    """Back or forth to the recipe at that place of the history."""
    _put(dataset, {"go": place})


def history_of(dataset: Dataset) -> RecipeHistory | None:
    """What recipes it has had; None where what lies beside it cannot be read."""
    try:
        return load_history(dataset, session.home())
    except (FathomError, ValueError):
        return None


def _put(dataset: Dataset, what: Mapping[str, Any]) -> None:
    payload = {"dataset": dataset.id, **what}
    job = session.queue().put(kind="clean", lane="data", owner=session.owner(), payload=payload)
    st.session_state[KEY] = {"job": job.id, "dataset": dataset.id}
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


def draw_change(dataset: Dataset) -> bool:
    """What becomes of a change that is under way; whether one is."""
    pending = st.session_state.get(KEY) or _begun_elsewhere(dataset)
    if pending is None or pending["dataset"] != dataset.id:
        return False
    st.session_state[KEY] = pending
    try:
        job = follow(pending["job"], "Cleaning")
    except FathomError:  # forgotten by the queue meanwhile
        del st.session_state[KEY]
        return False
    if job.state == "succeeded":
        del st.session_state[KEY]
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


def _begun_elsewhere(dataset: Dataset) -> dict[str, str] | None:
    """A change that another tab began, or this one before it was loaded again."""
    for job in session.queue().list(session.owner(), kind="clean", states=UNDER_WAY):
        if job.payload["dataset"] == dataset.id:
            return {"job": job.id, "dataset": dataset.id}
    return None
