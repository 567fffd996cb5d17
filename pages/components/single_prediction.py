"""One row's prediction: the form, the question to the scorer, the answer with its doubts. Predicts nothing."""

import numpy as np
import streamlit as st

from core.domain import Run
from core.errors import FathomError, NotYours
from core.jobs.job import ENDED, Job
from core.prediction.contract import Contract
from core.prediction.examples import Example, random_test_row, typical_row
from pages.components import session
from pages.components.class_charts import probability_chart
from pages.components.models_table import target_unit
from pages.components.prediction_form import draw_fields, fill, is_filled
from pages.components.tables import decimals
from pages.components.text import escape

PATIENCE_S = 1.0  # a warm scorer answers long before; a cold one is waited for in the page
LOOK_EVERY_S = 0.4
MOST_CLASSES_DRAWN = 20


def draw_single(run: Run, contract: Contract, number: int) -> None:
    """number: of the model that is to answer."""
    prefix = f"in_{run.id}"
    if not is_filled(contract, prefix=prefix):
        _take(run, contract, prefix, typical_row(contract))
    left, right = st.columns([2, 1], gap="large")
    with left:
        st.subheader("One row", anchor=False)
        _draw_fillers(run, contract, prefix)
        with st.form("single", border=True):
            values = draw_fields(contract, prefix=prefix)
            asked = st.form_submit_button(
                "Predict", type="primary", icon=":material/online_prediction:", key="predict_row"
            )
    if asked:
        payload = {"run": run.id, "model": number, "rows": [values]}
        job = session.queue().put(
            kind="score", lane="interactive", owner=session.owner(), payload=payload, max_attempts=1
        )
        st.session_state[f"score_{run.id}"] = job.id
        session.queue().wait(job.id, PATIENCE_S)
    with right:
        st.subheader("Answer", anchor=False)
        _draw_answer(run)


def _draw_fillers(run: Run, contract: Contract, prefix: str) -> None:
    with st.container(horizontal=True):
        st.button(
            "Typical row", icon=":material/person:", key="fill_typical", on_click=_take,
            args=(run, contract, prefix, typical_row(contract)),
            help="The median of every number, the most frequent of everything else.",
        )  # fmt: skip
        st.button(
            "A random test row", icon=":material/casino:", key="fill_random", on_click=_take_random,
            args=(run, contract, prefix), help="One that no model of this run has learnt from.",
        )  # fmt: skip
    example: Example | None = st.session_state.get(f"{prefix}_example")
    problem = st.session_state.pop(f"{prefix}_problem", None)
    if problem:
        st.warning(escape(problem), icon=":material/error:")
    elif example is not None and example.number is not None:
        was = f", where {run.spec.task.target} was {example.truth}" if example.truth is not None else ""
        st.caption(escape(f"Row {example.number:,} of the data{was}."))


def _take(run: Run, contract: Contract, prefix: str, example: Example) -> None:
    fill(contract, example.values, prefix=prefix)
    st.session_state[f"{prefix}_example"] = example


def _take_random(run: Run, contract: Contract, prefix: str) -> None:
    try:
        example = random_test_row(session.store(), session.catalog(), run, contract, np.random.default_rng())
    except FathomError as error:
        st.session_state[f"{prefix}_problem"] = str(error)
    else:
        _take(run, contract, prefix, example)


def _draw_answer(run: Run) -> None:
    job_id = st.session_state.get(f"score_{run.id}")
    if job_id is None:
        st.caption("Change what you like in the form, then predict.")
        return
    try:
        job = session.queue().get(job_id, session.owner())
    except NotYours:  # forgotten by the queue meanwhile
        del st.session_state[f"score_{run.id}"]
        st.caption("Predict again: the last answer is no longer kept.")
        return
    if job.state not in ENDED:
        _await(job_id)
    elif job.result is None:
        st.error(escape(job.error or "It could not be predicted."), icon=":material/error:")
    else:
        _show(run, job)


@st.fragment(run_every=LOOK_EVERY_S)
def _await(job_id: str) -> None:
    if session.queue().get(job_id, session.owner()).state in ENDED:
        st.rerun()
    st.caption(":material/hourglass_top: Loading the model; the first answer takes some seconds …")


def _show(run: Run, job: Job) -> None:
    task, answer = run.spec.task, job.result["answers"][0]
    with st.container(border=True, key="answer"):
        if task.classes:
            sure = answer[f"p_{answer['prediction']}"]
            st.metric(
                escape(task.target),
                escape(answer["prediction"]),
                f"{sure:.1%} probable",
                delta_color="off",
                delta_arrow="off",
            )
            ranked = sorted(task.classes, key=lambda c: -answer[f"p_{c}"])[:MOST_CLASSES_DRAWN]
            shown = [c for c in task.classes if c in ranked] if len(task.classes) == len(ranked) else ranked
            st.plotly_chart(
                probability_chart({c: answer[f"p_{c}"] for c in shown}),
                key="probabilities",
                alt=", ".join(f"{c} {answer[f'p_{c}']:.1%}" for c in ranked),
                config={"displayModeBar": False},
            )
        else:
            value, unit = answer["prediction"], target_unit(run)
            text = f"{value:,.{decimals([value])}f}" + (f" {unit}" if unit else "")
            st.metric(escape(task.target), escape(text))
        for doubt in job.result["doubts"][0]:
            st.markdown(f":orange-badge[:material/warning: {escape(doubt['sentence'])}]")
        if not job.result["doubts"][0]:
            st.markdown(":green-badge[:material/check: Everything in this row was seen in training]")
        st.caption(f"{escape(job.result['model'])}, {job.result['ms']:.0f} ms")
