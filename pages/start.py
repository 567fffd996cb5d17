"""The first page: see it work on a sample, bring a table, or go on where you were."""

import streamlit as st

from core.data.samples import Sample, list_samples, sample_called
from core.domain import Dataset, Run
from core.jobs.job import ENDED
from core.sentences import say
from pages.components import session
from pages.components.adding import add_sample, draw_adding
from pages.components.frame import STATE_ICONS, go, head, when
from pages.components.text import escape
from pages.components.under_way import draw_under_way
from pages.components.upload import draw_refused, draw_upload

DEMO = "churn"
MOST_SHOWN = 5


def main() -> None:
    head(
        "Fathom",
        "Bring a table and a question: Fathom trains neural networks on it in front of you, says honestly "
        "whether they beat classic machine learning, and predicts.",
    )
    draw_under_way()
    job = draw_adding()
    if job is not None and job.state == "failed":
        draw_refused(job)
    elif job is None:
        draw_ways_in()
    draw_latest()
    draw_samples(is_busy=job is not None and job.state not in ENDED)


def draw_ways_in() -> None:
    show, bring = st.columns(2, border=True)
    with show:
        st.subheader("See it work", anchor=False)
        demo = sample_called(DEMO)
        st.markdown(
            f"{demo.question} A network learns from {demo.n_rows:,} customers while you watch, beside classic "
            "models, and within a minute one sentence says which to use."
        )
        if st.button("Show me", type="primary", icon=":material/play_arrow:", key="show_me"):
            add_sample(demo, then="train")
            st.rerun()
    with bring:
        st.subheader("Bring your own", anchor=False)
        draw_upload()


def draw_latest() -> None:
    """What this owner was at, newest first; nothing for somebody new."""
    datasets = session.catalog().list(session.owner())[:MOST_SHOWN]
    runs = session.store().list(session.owner(), limit=MOST_SHOWN)
    if not datasets:
        return
    st.subheader("Go on", anchor=False)
    left, right = st.columns(2)
    with left.container(gap="xsmall"):
        st.caption("Your latest data")
        for dataset in datasets:
            _draw_dataset(dataset)
    with right.container(gap="xsmall"):
        st.caption("Your latest runs" if runs else "No runs yet: open a dataset and train.")
        for run in runs:
            _draw_run(run)


def _draw_dataset(dataset: Dataset) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if st.button(
            escape(dataset.name), icon=":material/table:", type="tertiary", key=f"open_{dataset.id}"
        ):
            session.choose(dataset=dataset.id)
            go("data.py")
        st.caption(f"{dataset.n_rows:,} rows · {when(dataset.created_at)}")


def _draw_run(run: Run) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if st.button(escape(run.name), icon=STATE_ICONS[run.state], type="tertiary", key=f"run_{run.id}"):
            session.choose_run(run)
            st.session_state["train_view"] = "run"
            go("compare.py" if run.state == "succeeded" else "train.py")
        st.caption(f"{say(f'state.{run.state}')} · {when(run.created_at)}")


def draw_samples(is_busy: bool) -> None:
    st.subheader("Samples", anchor=False)
    st.caption("Small tables with a question each, to try things on.")
    with st.grid(4, min_column_width=230):
        for sample in list_samples():
            _draw_sample(sample, is_busy)


def _draw_sample(sample: Sample, is_busy: bool) -> None:
    with st.container(border=True, height="stretch", gap="small", key=f"sample_{sample.key}"):
        st.markdown(f"{sample.icon} **{sample.title}**")
        st.markdown(sample.question)
        st.caption(f"{sample.field} · {sample.n_rows:,} rows")
        st.space("stretch")
        if st.button("Open", key=f"open_sample_{sample.key}", disabled=is_busy, width="stretch"):
            add_sample(sample)
            st.rerun()


main()
