"""A person's corrections of kinds and roles on their way to the catalogue, and why one was refused. Core decides."""

from collections.abc import Sequence

import streamlit as st

from core.data.corrections import shown_role, with_role
from core.domain import Dataset, Kind, RecipeStep, Role
from core.errors import BadInput
from pages.components import session
from pages.components.recipe_change import add_step
from pages.components.text import escape


def correct(dataset: Dataset, corrections: Sequence[tuple[str, Kind, Role]], *, place: str) -> None:
    """Give columns another kind and role and draw again; a refusal is kept for that drawing.

    corrections: name, kind and role of each column, as they should be. place: where a refusal is said.
    """
    catalog = session.catalog()
    try:
        for name, kind, role in corrections:
            if kind != dataset.column(name).kind and dataset.recipe:
                # a later step has to find the column in that kind, so the recipe has to say it
                add_step(dataset, RecipeStep(step="convert", params={"columns": [name], "kind": kind}))
                break
            dataset = catalog.with_kinds(dataset, {name: kind})
            if role != shown_role(dataset, dataset.column(name)):
                dataset = catalog.update(with_role(dataset, name, role))
    except BadInput as error:
        st.session_state[f"refused_{place}"] = str(error)
        st.session_state["n_refused"] = n_refused() + 1
    st.rerun()


def n_refused() -> int:
    """How many corrections were refused; part of a widget's key, it makes the widget forget the last one."""
    return st.session_state.get("n_refused", 0)


def draw_refused_correction(place: str) -> None:
    """Why the last correction made there was refused, said once."""
    refused = st.session_state.pop(f"refused_{place}", None)
    if refused:
        st.error(escape(refused), icon=":material/undo:")
