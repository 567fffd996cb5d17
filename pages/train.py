"""Which network, on what? A form that becomes a run, and the run's live curves."""

import streamlit as st

from core.domain import Dataset
from core.jobs.job import ENDED
from core.studies.start import start_run
from pages.components import session
from pages.components.cost import draw_cost
from pages.components.frame import dataset_picker, head
from pages.components.live import draw_run
from pages.components.text import escape
from pages.components.train_form import Form, draw_form


def main() -> None:
    run = session.chosen_run() if st.session_state.get("chosen_run") else None
    if "clone_run" in st.session_state:
        st.session_state["train_view"] = "form"
    view = st.session_state.get("train_view") or ("run" if run else "form")
    if run is not None and not st.session_state.get("chosen_dataset"):
        session.choose(dataset=run.spec.dataset)  # a link may name the run alone
    dataset_changed = run is not None and st.session_state.get("chosen_dataset") != run.spec.dataset
    if run is not None and view == "run" and not (dataset_changed and run.state in ENDED):
        draw_run(run)
    else:
        draw_setup()


def draw_setup() -> None:
    head("Train", "Which network, on what? Every setting is proposed; change what you like, then start.")
    dataset = dataset_picker()
    if dataset is None:
        return
    left, right = st.columns([3, 1], gap="large")
    with left:
        form = draw_form(dataset)
    with right:
        for problem in form.problems:
            st.warning(escape(problem), icon=":material/edit:")
        with st.container(border=True):
            _start(form, dataset)


def _start(form: Form, dataset: Dataset) -> None:
    st.subheader("What it costs", anchor=False)
    fits = draw_cost(form.spec) if form.spec else False
    if st.button(
        "Start training",
        type="primary",
        icon=":material/play_arrow:",
        key="start_training",
        width="stretch",
        disabled=not (form.spec and fits),
    ):
        run = start_run(form.spec, session.owner(), form.name, store=session.store())
        st.session_state["train_view"] = "run"
        session.choose(run=run.id, dataset=dataset.id)
        st.rerun()


main()
