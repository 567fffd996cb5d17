"""What a job finds out once and keeps: asked for where it is not known yet, followed, then shown. Draws no result."""

from collections.abc import Callable
from typing import TypeVar

import streamlit as st

from core.domain import Dataset
from pages.components import session
from pages.components.progress import follow
from pages.components.text import escape

PATIENCE_S = 1.0  # before its progress is shown

Result = TypeVar("Result")


def found_out(
    kind: str,
    dataset: Dataset,
    known: Callable[[], Result | None],
    *,
    subject: tuple[object, ...],
    doing: str,
    again: str,
) -> Result | None:
    """What is known of the dataset, from a job of that kind if need be; None while it goes on or when it failed.

    known: looks it up. subject: what the answer depends on; when that changes the job is put anew.
    """
    found = known()
    if found is not None:
        return found
    asked = st.session_state.setdefault(kind, {})
    if asked.get("subject") != subject:
        payload = {"dataset": dataset.id}
        job = session.queue().put(kind=kind, lane="data", owner=session.owner(), payload=payload)
        session.queue().wait(job.id, PATIENCE_S)
        st.session_state[kind] = asked = {"subject": subject, "job": job.id}
    job = follow(asked["job"], doing)
    if job.state == "succeeded":
        return known()
    if job.state in ("failed", "stopped"):
        st.warning(escape(job.error or "It was stopped."), icon=":material/warning:")
        if st.button(again, icon=":material/refresh:", key=f"{kind}_again"):
            del st.session_state[kind]
            st.rerun()
    return None
