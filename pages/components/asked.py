"""A question put to a job once, followed, and its answer. Asks again only when the question changes. Draws no answer."""

import json
from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.errors import NotYours
from core.jobs.job import ENDED, Job
from core.sentences import say
from pages.components import session
from pages.components.progress import follow
from pages.components.text import escape

PATIENCE_S = 0.8  # a warm worker answers before


def asked(
    kind: str, payload: Mapping[str, Any], *, lane: str, doing: str, key: str
) -> Mapping[str, Any] | None:
    """What the job found out; None while it goes on or when it failed, which is then shown.

    key: of the place that asks: a new question there gives the one before it up.
    """
    question = json.dumps([kind, payload], sort_keys=True)
    before, job_id = st.session_state.get(f"asked_{key}", (None, None))
    job = _known(job_id) if before == question else None
    if job is None:
        if before not in (None, question) and _known(job_id) is not None:
            session.queue().request(job_id, session.owner(), "cancel")
        job = session.queue().put(
            kind=kind, lane=lane, owner=session.owner(), payload=payload, max_attempts=1
        )
        st.session_state[f"asked_{key}"] = (question, job.id)
        job = session.queue().wait(job.id, PATIENCE_S)
    if job.state not in ENDED:
        job = follow(job.id, doing)
    if job.state in ("failed", "stopped"):
        _draw_end(job, doing)
        if job.state == "stopped" or job.broke_down:
            st.button(
                "Try again", icon=":material/refresh:", key=f"again_{key}",
                on_click=st.session_state.pop, args=(f"asked_{key}", None),
            )  # fmt: skip
    return job.result if job.state == "succeeded" else None


def _draw_end(job: Job, doing: str) -> None:
    """Why there is no answer: what cannot be had is said quietly, what went wrong as the error that it is."""
    if job.state == "stopped":
        st.info(f"{doing} was stopped.", icon=":material/stop_circle:")
    elif job.broke_down:
        st.error(escape(say("asked.failed", doing=doing, error=job.error)), icon=":material/error:")
    else:
        st.info(escape(job.error), icon=":material/info:")


def is_asked(key: str) -> bool:
    """Whether that place has put a question."""
    return f"asked_{key}" in st.session_state


def _known(job_id: str | None) -> Job | None:
    try:
        return session.queue().get(job_id, session.owner()) if job_id else None
    except NotYours:  # forgotten by the queue meanwhile
        return None
