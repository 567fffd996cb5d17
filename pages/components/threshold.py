"""What an alarm threshold would do: chosen by the validation rows, then told of the test rows. Changes nothing that is stored."""

from collections.abc import Mapping

import numpy as np
import streamlit as st

from core.domain import Run, Task
from core.evaluation.decisions import USUAL_THRESHOLD, Alarms, alarms, positive_index
from core.runs.records import Record
from core.sentences import say
from core.studies.standings import predictions
from pages.components import session
from pages.components.text import escape

RARE = (0.001, 0.002, 0.005)  # for classes so rare that no row reaches one in a hundred
THRESHOLDS = (*RARE, *(n / 100 for n in range(1, 100)), *(1 - share for share in reversed(RARE)))
WIDTH = 180  # pixels of a count: those of two models stand under each other

Answers = Mapping[str, tuple[np.ndarray, np.ndarray]]  # by the model's title: targets, prediction


@st.fragment
def draw_threshold(run: Run, chosen: list[Record]) -> None:
    """Move a threshold and see who is found, missed and troubled in vain. Binary tasks only."""
    task = run.spec.task
    positive = escape(task.classes[positive_index(task)])
    st.markdown(f"**Alarms for {escape(task.target)} = {positive}**")
    threshold = st.select_slider(
        "Threshold",
        THRESHOLDS,
        value=USUAL_THRESHOLD,
        format_func=lambda value: f"{value:g}",
        key=f"threshold_{run.id}",
        help=say("help.threshold", positive=positive),
        persist_state="session",
    )
    validation = _answers(run, chosen, "validation")
    if not len(next(iter(validation.values()))[0]):
        st.caption(say("compare.threshold_on_test"))
        _draw_counts(_answers(run, chosen, "test"), task, threshold)
        return
    st.markdown("Validation rows: choose by these")
    _draw_counts(validation, task, threshold)
    _draw_on_test(run, chosen, threshold)
    st.caption(say("compare.threshold_on_validation"))


def _draw_on_test(run: Run, chosen: list[Record], threshold: float) -> None:
    """The test rows answer when asked, and it is counted how often they were."""
    asked = st.session_state.setdefault(f"thresholds_asked_{run.id}", set())
    if threshold != USUAL_THRESHOLD and threshold not in asked:  # nobody chose the usual one by looking
        st.button(
            f"What does {threshold:g} do on the test rows?",
            key="ask_test_rows",
            type="tertiary",
            icon=":material/fact_check:",
            on_click=asked.add,
            args=(threshold,),
        )
        return
    st.markdown(f"Test rows: what to expect of {threshold:g}")
    _draw_counts(_answers(run, chosen, "test"), run.spec.task, threshold)
    if len(asked) > 1:
        st.warning(say("compare.thresholds_asked", n=len(asked)), icon=":material/visibility:")


def _answers(run: Run, chosen: list[Record], part) -> Answers:
    return {r.title: predictions(session.store(), run, r.number, part) for r in chosen}


def _draw_counts(answers: Answers, task: Task, threshold: float) -> None:
    for title, (y, prediction) in answers.items():
        if len(answers) > 1:
            st.caption(escape(title))
        _draw_alarms(alarms(y, prediction, task, threshold))


def _draw_alarms(count: Alarms) -> None:
    told = {
        "Found": (_with_share(count.found, count.recall), say("help.recall")),
        "Missed": (f"{count.missed:,}", say("help.missed")),
        "False alarms": (f"{count.false_alarms:,}", say("help.false_alarms")),
        "Alarms that are right": (_share(count.precision), say("help.precision")),
        "Alarms per 1,000 rows": (f"{count.raised_per_1000:,.0f}", say("help.per_1000")),
    }
    with st.container(horizontal=True):
        for label, (value, meaning) in told.items():
            st.metric(label, value, help=meaning, width=WIDTH)


def _with_share(n: int, share: float | None) -> str:
    return f"{n:,}" if share is None else f"{n:,} ({share:.0%})"


def _share(share: float | None) -> str:
    return "–" if share is None else f"{share:.0%}"
