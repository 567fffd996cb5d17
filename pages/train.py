"""Which network, on what? A form that becomes a run, and the run's live curves."""

import streamlit as st

from core.domain import Dataset, Run
from core.jobs.job import ENDED
from core.studies.start import start_run
from pages.components import session
from pages.components.cost import draw_cost
from pages.components.frame import dataset_picker, head
from pages.components.live import draw_run
from pages.components.search_form import draw_search
from pages.components.text import escape
from pages.components.train_form import Form, draw_form
from pages.components.under_way import draw_under_way


def main() -> None:
    run = session.chosen_run() if st.session_state.get("chosen_run") else None
    if "again_with" in st.session_state:
        st.session_state["train_view"] = "form"
    view = st.session_state.get("train_view") or ("run" if run else "form")
    if run is not None and not st.session_state.get("chosen_dataset"):
        session.choose_run(run)  # a link may name the run alone
    if run is not None and view == "run" and not (_is_of_another_dataset(run) and run.state in ENDED):
        draw_under_way(besides=run.id)
        draw_run(run)
    else:
        draw_setup()


def _is_of_another_dataset(run: Run) -> bool:
    """Whether another dataset has been chosen since the run was."""
    return st.session_state.get("chosen_dataset") != run.spec.dataset and session.is_there(run.spec.dataset)


def draw_setup() -> None:
    head("Train", "Which network, on what? Every setting is proposed; change what you like, then start.")
    draw_under_way()
    dataset = dataset_picker()
    if dataset is None:
        return
    form = draw_form(dataset)
    with st.bottom:  # in sight however long the form is
        draw_start(form, dataset)


def draw_start(form: Form, dataset: Dataset) -> None:
    """What would be trained, what it costs, and the button, in a bar below the form."""
    with st.container(key="start_bar"):
        said, buttons = st.columns([5, 3], vertical_alignment="center")  # one above the other on a phone
    with said.container(gap="xxsmall"):
        for problem in form.problems:
            st.markdown(f":orange[:material/edit: {escape(problem)}]")
        if form.spec:
            st.markdown(form.summary)
        fits = draw_cost(form.spec, form.outlook) if form.spec else False
    with buttons.container(horizontal=True, horizontal_alignment="right"):
        draw_search(form.spec, form.name, disabled=not (form.spec and fits))
        if st.button(
            "Start training",
            type="primary",
            icon=":material/play_arrow:",
            key="start_training",
            disabled=not (form.spec and fits),
        ):
            run = start_run(form.spec, session.owner(), form.name, store=session.store())
            st.session_state["train_view"] = "run"
            session.choose(run=run.id, dataset=dataset.id)
            st.rerun()


main()
