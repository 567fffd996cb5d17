"""One row's prediction: the form, and the answer that follows whatever is changed in it. Predicts nothing."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import streamlit as st

from core.data.media import MEDIA
from core.domain import Run
from core.errors import FathomError, NotYours
from core.jobs.job import ENDED, Job
from core.prediction.contract import Contract
from core.prediction.examples import Example, random_test_row, typical_row
from pages.components import session
from pages.components.answer_card import draw_answer
from pages.components.asked import asked
from pages.components.prediction_form import as_drawn, draw_fields, fill, is_filled
from pages.components.text import escape
from pages.components.where_it_looked import draw_where_it_looked
from pages.components.words_said import draw_words

PATIENCE_S = 0.8  # a warm scorer answers before; a former answer is not left standing for longer
LOOK_EVERY_S = 0.4


@st.fragment
def draw_single(run: Run, contract: Contract, number: int) -> None:
    """number: of the model that is to answer."""
    prefix = f"in_{run.id}"
    if not is_filled(contract, prefix=prefix):
        _take(contract, prefix, typical_row(contract))
        if _has_files(contract):  # there is no typical image or sound
            _take_random(run, contract, prefix)
    left, right = st.columns([2, 1], gap="medium")
    words = st.container()  # below both, so that on a phone the answer comes first
    with left:
        st.subheader("One row", anchor=False)
        which = st.container()
        _draw_fillers(run, contract, prefix)
        values = draw_fields(contract, prefix=prefix)
    example: Example = st.session_state[f"{prefix}_example"]
    is_as_it_was = values == as_drawn(contract, example.values)
    which.caption(_which_row(contract, example, is_as_it_was))
    with right:
        st.subheader("Answer", anchor=False)
        job = _answered(run, number, values)
        if job.state not in ENDED:
            _await(job.id)
        elif job.result is None:
            _draw_failure(run, job)
        else:
            draw_answer(run, contract, job.result, example.truth if is_as_it_was else None)
            draw_where_it_looked(run, contract, number, values)
            with words:
                _draw_words(run, contract, number, values)


def _has_files(contract: Contract) -> bool:
    return any(f.kind in MEDIA for f in contract.fields)


def _draw_words(run: Run, contract: Contract, number: int, values: Mapping[str, Any]) -> None:
    """What of the texts speaks for the answer, where there are texts."""
    if not any(f.kind == "text" and values.get(f.name) for f in contract.fields):
        return
    payload = {"run": run.id, "model": number, "row": dict(values), "about": None}
    result = asked("words", payload, lane="interactive", doing="Reading the words", key="predict_words")
    for place, said in enumerate(result["said"] if result else ()):
        draw_words(said, about=result["about"], key=f"predict_words_{place}")


def _which_row(contract: Contract, example: Example, is_as_it_was: bool) -> str:
    if example.number is not None:
        row = f"Row {example.number:,} of the data"
    else:
        row = "The typical row" + ("" if contract.middle is None else ", one of the training rows")
    if not is_as_it_was:
        return f"{row}, with your changes."
    empty = "" if example.number is not None else _left_empty(contract)
    return f"{row}.{empty} Change what you like: the answer follows."


def _left_empty(contract: Contract) -> str:
    """What of a real row is not shown, as a sentence with a blank before it."""
    hidden: list[str] = []
    if contract.middle is not None:
        hidden = [f.name for f in contract.fields if f.kind not in MEDIA and f.name not in contract.middle]
    return f" What tells of a person is left empty: {escape(', '.join(hidden))}." if hidden else ""


def _draw_fillers(run: Run, contract: Contract, prefix: str) -> None:
    with st.container(horizontal=True):
        if not _has_files(contract):
            st.button(
            "Typical row", icon=":material/person:", key="fill_typical", on_click=_take,
            args=(contract, prefix, typical_row(contract)),
            help="The training row nearest to the middle of all." if contract.middle is not None
            else "The median of every number, the most frequent of everything else.",
        )  # fmt: skip
        st.button(
            "A random test row", icon=":material/casino:", key="fill_random", on_click=_take_random,
            args=(run, contract, prefix),
            help="One that no model of this run has learnt from; what happened there is known.",
        )  # fmt: skip
    problem = st.session_state.pop(f"{prefix}_problem", None)
    if problem:
        st.warning(escape(problem), icon=":material/error:")


def _take(contract: Contract, prefix: str, example: Example) -> None:
    fill(contract, example.values, prefix=prefix)
    st.session_state[f"{prefix}_example"] = example


def _take_random(run: Run, contract: Contract, prefix: str) -> None:
    try:
        example = random_test_row(session.store(), session.catalog(), run, contract, np.random.default_rng())
    except FathomError as error:
        st.session_state[f"{prefix}_problem"] = str(error)
    else:
        _take(contract, prefix, example)


def _answered(run: Run, number: int, values: Mapping[str, Any]) -> Job:
    """The job that answers exactly this row, put only once; it has ended if that was quick."""
    question, key = json.dumps([number, values]), f"score_{run.id}"
    asked_before, job_id = st.session_state.get(key, (None, None))
    if asked_before == question:
        try:
            return session.queue().get(job_id, session.owner())
        except NotYours:  # forgotten by the queue meanwhile: asked again
            pass
    elif job_id is not None:
        _give_up(job_id)
    payload = {"run": run.id, "model": number, "rows": [values]}
    job = session.queue().put(
        kind="score", lane="interactive", owner=session.owner(), payload=payload, max_attempts=1
    )
    st.session_state[key] = (question, job.id)
    return session.queue().wait(job.id, PATIENCE_S)


def _give_up(job_id: str) -> None:
    """Spare the scorer a row that nobody waits for any more; nothing happens to one that is answered."""
    try:
        session.queue().request(job_id, session.owner(), "cancel")
    except NotYours:  # forgotten by the queue meanwhile
        pass


@st.fragment(run_every=LOOK_EVERY_S)
def _await(job_id: str) -> None:
    if session.queue().get(job_id, session.owner()).state in ENDED:
        st.rerun()
    st.caption(":material/hourglass_top: Answering; a model's first answer takes some seconds …")


def _draw_failure(run: Run, job: Job) -> None:
    st.error(escape(job.error or "It could not be predicted."), icon=":material/error:")
    st.button(
        "Try again", icon=":material/refresh:", key="ask_again",
        on_click=st.session_state.pop, args=(f"score_{run.id}", None),
    )  # fmt: skip
