"""A job as it goes on: how far, how long, how to stop it. Does no work and decides nothing about its end."""

import streamlit as st

from core.figures import duration
from core.jobs.job import ENDED, Job
from core.jobs.progress import elapsed_s, left_s
from pages.components import session
from pages.components.text import escape

LOOK_EVERY_S = 0.5


def follow(job_id: str, doing: str) -> Job:
    """The job. While it goes on its progress is drawn, and the page runs once more when it has ended.

    doing: what happens, in a few words, such as "Reading sales.csv". Raises NotYours.
    """
    job = session.queue().get(job_id, session.owner())
    if job.state not in ENDED:
        _live(job_id, doing)
    return job


@st.fragment(run_every=LOOK_EVERY_S)
def _live(job_id: str, doing: str) -> None:
    job = session.queue().get(job_id, session.owner())
    if job.state in ENDED:
        st.rerun()
    with st.container(border=True, key=f"progress_{job_id}"):
        st.progress(job.fraction, text=f"**{escape(doing)}** · {_said(job)}")
        if st.button(
            "Stop", icon=":material/stop_circle:", key=f"stop_{job_id}", disabled=job.request is not None
        ):
            session.queue().request(job_id, session.owner(), "cancel")
            st.rerun(scope="fragment")


def _said(job: Job) -> str:
    if job.request is not None:
        return "stopping"
    if job.state == "queued":
        ahead = session.queue().position(job.id)
        return f"waiting, {ahead} before it" if ahead else "starting"
    parts = [escape(job.message) or "starting", duration(elapsed_s(job))]
    left = left_s(job)
    if left is not None:
        parts.append(f"about {duration(left)} left")
    return " · ".join(parts)
