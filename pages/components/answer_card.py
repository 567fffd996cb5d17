"""One row's answer with all that helps to judge it: range, yardstick, truth, doubts. Computes nothing."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core import codec
from core.data.media import MEDIA
from core.domain import Run, Task
from core.figures import percent
from core.prediction.contract import Contract
from core.prediction.margin import Margin
from core.prediction.yardstick import Hindsight, beside_training_rows, give_or_take, in_hindsight, with_unit
from core.sentences import say
from pages.components.class_charts import probability_chart
from pages.components.models_table import target_unit
from pages.components.text import escape

MOST_CLASSES_DRAWN = 10
MARKS = {
    True: ":green[:material/check_circle:]",
    False: ":orange[:material/cancel:]",
    None: ":material/history:",
}


def draw_answer(
    run: Run, contract: Contract, result: Mapping[str, Any], truth: str | float | None = None
) -> None:
    """result: of a job of kind "score" about one row; truth: what really happened in that row, if it is known."""
    task, answer = run.spec.task, result["answers"][0]
    unit = None if task.classes else target_unit(run)
    margin = codec.from_plain(Margin, result["margins"][0]) if result["margins"][0] else None
    with st.container(border=True, key="answer"):
        _draw_headline(task, answer, margin, unit)
        if truth is not None:
            _draw_truth(in_hindsight(answer, truth, task, unit))
        if margin is not None:
            st.markdown(escape(give_or_take(answer, margin, unit)))
        beside = beside_training_rows(answer, task, contract.outcome, unit) if contract.outcome else None
        if beside:
            st.markdown(escape(beside))
        if task.classes:
            _draw_probabilities(task, answer)
        _draw_trust(contract, [doubt["sentence"] for doubt in result["doubts"][0]])
        st.caption(f"{escape(result['model'])}, {result['ms']:.0f} ms")


def _draw_headline(task: Task, answer: Mapping[str, Any], margin: Margin | None, unit: str | None) -> None:
    if task.classes:
        said = answer["prediction"]
        beside = f"{percent(answer[f'p_{said}'])} probable"
    else:
        said = with_unit(answer["prediction"], unit)
        beside = f"give or take {with_unit(margin.width, unit)}" if margin else None
    st.metric(
        escape(task.target),
        escape(said),
        escape(beside) if beside else None,
        delta_color="off",
        delta_arrow="off",
    )


def _draw_truth(hindsight: Hindsight) -> None:
    with st.container(key="truth"):
        st.markdown(f"{MARKS[hindsight.is_right]} **{escape(hindsight.sentence)}**")


def _draw_probabilities(task: Task, answer: Mapping[str, Any]) -> None:
    ranked = sorted(task.classes, key=lambda c: -answer[f"p_{c}"])[:MOST_CLASSES_DRAWN]
    shown = task.classes if len(task.classes) == len(ranked) else ranked
    st.plotly_chart(
        probability_chart({c: answer[f"p_{c}"] for c in shown}),
        key="probabilities",
        alt=", ".join(f"{c} {percent(answer[f'p_{c}'])}" for c in ranked),
        config={"displayModeBar": False},
    )


def _draw_trust(contract: Contract, doubts: list[str]) -> None:
    for doubt in doubts:
        st.markdown(f":orange[:material/warning:] {escape(doubt)}", help=say("trust.help"))
    if not doubts and all(f.kind in MEDIA for f in contract.fields):
        st.caption(say("trust.files", kind=contract.fields[0].kind))
    elif not doubts:
        st.markdown(
            ":green[:material/check:] No value in this row is new to the model.",
            help=say("trust.help"),
        )
