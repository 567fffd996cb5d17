"""Which settings suit? Searches under way and done: their trials, what mattered, and the best to adopt."""

import streamlit as st

from core.errors import NotYours
from core.jobs.job import ENDED, Job
from core.sentences import say
from core.studies.search.trials import KIND, Search, folder_of, read_search, read_trials
from pages.components import session
from pages.components.frame import head, next_step
from pages.components.search_view import draw_found
from pages.components.text import distinct, escape

LOOK_EVERY_S = 2.0
MOST_LISTED = 50


def main() -> None:
    head("Search", "Which settings suit? Many trials of one network, judged by the validation rows alone.")
    jobs = {j.id: j for j in session.queue().list(session.owner(), kind=KIND, limit=MOST_LISTED)}
    if not jobs:
        with st.container(border=True):
            st.markdown("Nothing has been searched yet. A search starts from the form on the Train page.")
            next_step("Train a network", "train.py", key="nothing_train.py")
        return
    picked = _picked(jobs)
    st.query_params["search"] = st.session_state["chosen_search"] = picked
    job = session.queue().get(picked, session.owner())
    if job.state in ENDED:
        _draw(job)
    else:
        _live(picked)


def _picked(jobs: dict[str, Job]) -> str:
    """The search chosen by a link, by the page that started it, or in the selector; the newest at first."""
    wanted = st.session_state.pop("started_search", None) or st.query_params.get("search")
    if "pick_search" not in st.session_state and wanted is not None:
        session.queue().get(wanted, session.owner())  # a link to another's, or to none, says so
        if wanted not in jobs:
            raise NotYours("job_not_yours", job=wanted)
    names = {i: read_search(folder_of(session.home(), i)).name for i in jobs}
    labels = distinct({i: f"{names[i]} · {say(f'state.{j.state}')}" for i, j in jobs.items()})
    index = list(jobs).index(wanted) if wanted in jobs else 0
    return st.selectbox(
        "Search", list(labels), index=index, format_func=lambda i: labels.get(i, i), key="pick_search"
    )


@st.fragment(run_every=LOOK_EVERY_S)
def _live(search_id: str) -> None:
    job = session.queue().get(search_id, session.owner())
    if job.state in ENDED:
        st.rerun()  # drawn without a timer from now on
    st.progress(job.fraction, text=escape(f"{say(f'state.{job.state}').capitalize()} · {job.message}"))
    _controls(job)
    _draw(job)


def _controls(job: Job) -> None:
    with st.container(horizontal=True):
        if job.state in ("paused", "interrupted"):
            st.button(
                "Resume", icon=":material/play_arrow:", type="primary", key="search_resume",
                on_click=_ask, args=(job.id, "resume"),
            )  # fmt: skip
        else:
            st.button(
                "Pause", icon=":material/pause:", key="search_pause",
                disabled=job.state in ("pausing", "stopping"), on_click=_ask, args=(job.id, "pause"),
                help="Goes on from there, in the middle of a trial, when you resume.",
            )  # fmt: skip
        st.button(
            "Finish now", icon=":material/flag:", key="search_finish",
            disabled=job.started_at is None or job.state == "stopping", on_click=_ask, args=(job.id, "finish"),
            help="Keeps the trials that came to their end.",
        )  # fmt: skip


def _ask(search_id: str, what: str) -> None:
    session.queue().request(search_id, session.owner(), what)


def _draw(job: Job) -> None:
    folder = folder_of(session.home(), job.id)
    search: Search = read_search(folder)
    if job.error:
        st.error(escape(job.error), icon=":material/error:")
    draw_found(search, read_trials(folder), folder)


main()
