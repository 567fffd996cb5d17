"""Rename or delete the chosen dataset, behind a small menu. Decides nothing about its blob."""

import streamlit as st

from core.domain import Dataset
from core.errors import BadInput
from pages.components import session
from pages.components.text import escape


def draw_menu(dataset: Dataset) -> None:
    with st.popover(
        "", icon=":material/more_vert:", key="dataset_menu", help="Rename or delete this dataset"
    ):
        with st.form("rename_dataset", border=False):
            name = st.text_input("Name", value=dataset.name, max_chars=120, key=f"dataset_name_{dataset.id}")
            renamed = st.form_submit_button("Rename", icon=":material/edit:", key="dataset_rename")
        if renamed:
            _rename(dataset, name)
        st.divider()
        runs = session.store().list(session.owner(), dataset=dataset.id, limit=100)
        st.markdown(f"Delete **{escape(dataset.name)}** for good?{_of_runs(len(runs))}")
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
    runs = "the run" if n == 1 else f"the {n} runs" if n < 100 else "the runs"
    return f" Predicting with {runs} trained on it stays possible; training again does not."
