"""Rename or delete the chosen dataset, behind a small menu. Decides nothing about its blob."""

from collections.abc import Sequence

import streamlit as st

from core.domain import Dataset, Run
from core.errors import BadInput
from core.jobs.job import ALIVE
from pages.components import session
from pages.components.text import escape

UNFINISHED = ("queued", *ALIVE, "paused", "interrupted")
MOST_LOOKED_AT = 1_000
MOST_NAMED = 3


def draw_menu(dataset: Dataset) -> None:
    with st.popover(
        "", icon=":material/more_vert:", key="dataset_menu", help="Rename or delete this dataset"
    ):
        with st.form("rename_dataset", border=False):
            name = st.text_input("Name", value=dataset.name, max_chars=120, key=f"dataset_name_{dataset.id}")
            renamed = st.form_submit_button("Save", icon=":material/edit:", key="dataset_rename")
        if renamed:
            _rename(dataset, name)
        st.divider()
        n_runs = session.store().count(session.owner(), dataset=dataset.id)
        st.markdown(
            f"Delete **{escape(dataset.name)}** for good?{_of_runs(n_runs)}{_of_unfinished(_unfinished(dataset))}"
        )
        if st.button("Yes, delete it", icon=":material/delete:", key="dataset_delete"):
            session.catalog().delete(dataset.id, session.owner())
            session.forget("dataset")
            st.rerun()


def _rename(dataset: Dataset, name: str) -> None:
    try:
        session.catalog().rename(dataset.id, session.owner(), name)
    except BadInput as error:
        st.error(escape(error), icon=":material/error:")
        return
    st.rerun()


def _of_runs(n: int) -> str:
    if not n:
        return ""
    runs = "the run" if n == 1 else f"the {n:,} runs"
    return f" Predicting with {runs} trained on it stays possible; training again does not."


def _unfinished(dataset: Dataset) -> Sequence[Run]:
    """The runs still to be done that read the dataset, to learn from or to be judged by."""
    runs = session.store().list(session.owner(), states=UNFINISHED, limit=MOST_LOOKED_AT)
    return [run for run in runs if dataset.id in (run.spec.dataset, run.spec.split.test_dataset)]


def _of_unfinished(runs: Sequence[Run]) -> str:
    if not runs:
        return ""
    names = ", ".join(f"**{escape(run.name)}**" for run in runs[:MOST_NAMED])
    more = f" and {len(runs) - MOST_NAMED:,} more" if len(runs) > MOST_NAMED else ""
    return f" Not finished yet, and unable to go on without it: {names}{more}."
