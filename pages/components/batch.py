"""A whole file of new rows: bring it, follow it, look at the answers, take them along. Predicts nothing."""

from pathlib import PurePath

import streamlit as st

from core.domain import Run
from core.figures import readable
from core.jobs.job import Job
from core.prediction.contract import RANGE_COLUMNS, answer_columns, probability_columns
from core.prediction.export import for_spreadsheet, preview
from core.sentences import say
from pages.components import session
from pages.components.adding import keep_upload, shown_name
from pages.components.progress import follow
from pages.components.text import escape

PREVIEW_ROWS = 100
MOST_EARLIER = 5
RANGE_HELP = "For 8 of 10 validation rows the truth lay within a range made like that from low to high."
DOUBTS = {
    "missing": "a value missing that never was in training",
    "unseen": "a value never seen in training",
    "out_of_range": "a value out of the range of training",
    "unreadable": "a value that cannot be read",
    "new_words": "many words that are new to the model",
}


def draw_batch(run: Run, number: int) -> None:
    """number: of the model that is to answer."""
    st.subheader("A whole file", anchor=False)
    _draw_upload(run, number)
    jobs = [
        job
        for job in session.queue().list(session.owner(), kind="predict", limit=50)
        if job.payload["run"] == run.id
    ]
    if jobs:
        _draw_job(run, jobs[0])
    answered = [job for job in jobs[1:] if _answers(job).exists()][:MOST_EARLIER]
    if answered:
        with st.expander("Earlier files", icon=":material/history:", key="earlier_files"):
            for job in answered:
                _draw_download(job)


def _draw_upload(run: Run, number: int) -> None:
    with st.form("batch", clear_on_submit=True):
        uploaded = st.file_uploader(
            "New rows", key="batch_file", help="The columns are matched by name; others are no matter."
        )
        st.caption("CSV, TSV, Parquet or Excel with the columns of the form; images or sounds in a zip.")
        keep = st.toggle(
            "Keep my columns",
            value=True,
            key="batch_keep",
            help="The file's own columns, before the answers.",
        )
        wanted = st.form_submit_button("Predict the file", icon=":material/table_view:", key="batch_start")
    if wanted and uploaded is None:
        st.warning("Choose a file first.", icon=":material/upload_file:")
    elif wanted:
        payload = {
            "run": run.id,
            "model": number,
            "file": keep_upload(uploaded),
            "name": shown_name(uploaded.name),
            "keep_columns": keep,
        }
        session.queue().put(kind="predict", lane="batch", owner=session.owner(), payload=payload)


def _draw_job(run: Run, job: Job) -> None:
    name = job.payload["name"]
    job = follow(job.id, f"Predicting {name}")
    if job.state == "failed":
        st.error(escape(job.error or "It could not be predicted."), icon=":material/error:")
    elif job.state == "stopped":
        st.info(
            f"Predicting {escape(name)} was stopped; nothing of it was kept.", icon=":material/stop_circle:"
        )
    elif job.state == "succeeded":
        _draw_answers(run, job)


def _draw_answers(run: Run, job: Job) -> None:
    result = job.result
    with st.container(border=True, key="batch_result"):
        st.markdown(f"**{escape(job.payload['name'])}**, answered by {escape(result['model'])}")
        with st.container(horizontal=True, gap="medium"):
            st.metric("Rows", f"{result['n_rows']:,}", width="content")
            st.metric(
                "Doubtful rows", f"{result['n_doubtful']:,}", width="content",
                help="Rows with something the model has never met in training; the column trust says what.",
            )  # fmt: skip
            if result["n_rejected"]:
                st.metric(
                    "Left out", f"{result['n_rejected']:,}", width="content",
                    help="Lines, images or sounds of the file that cannot be read as a row.",
                )  # fmt: skip
        for code, n in result["doubts"].items():
            rows = "1 row" if n == 1 else f"{n:,} rows"
            st.markdown(
                f":orange-badge[:material/warning: {rows}] with {DOUBTS[code]}", help=say("trust.help")
            )
        if not _answers(job).exists():
            st.caption("The file with the answers is no longer there. Predict it again.")
            return
        _draw_download(job, primary=True)
        _draw_preview(run, job)


def _draw_preview(run: Run, job: Job) -> None:
    probabilities = probability_columns(run.spec.task)
    answers = answer_columns(run.spec.task)
    numbers = probabilities or [name for name in answers if name != "trust"]
    table = preview(_answers(job), PREVIEW_ROWS, numbers=numbers)
    answers = [name for name in answers if name in table.columns]
    st.dataframe(
        table if probabilities else table.style.format({name: readable for name in numbers}, na_rep=""),
        key="batch_preview",
        hide_index=True,
        placeholder="",
        alt="The first rows with their answers",
        column_order=[*answers, *(name for name in table.columns if name not in answers)],
        column_config={
            name: st.column_config.ProgressColumn(min_value=0, max_value=1, format="percent")
            for name in probabilities
        }
        | {
            name: st.column_config.NumberColumn(help=RANGE_HELP)
            for name in RANGE_COLUMNS
            if not probabilities
        }
        | {"trust": st.column_config.TextColumn(width="medium", help=say("trust.help"))},
    )
    if job.result["n_rows"] > len(table):
        st.caption(
            f"The first {len(table):,} of {job.result['n_rows']:,} rows, answers first; the file has them last."
        )


def _draw_download(job: Job, *, primary: bool = False) -> None:
    path = _answers(job)
    st.download_button(
        f"Download the answers for {escape(job.payload['name'])}",
        data=lambda: for_spreadsheet(path),  # read when somebody clicks, not before
        file_name=f"{PurePath(job.payload['name']).stem}-predictions.csv",
        mime="text/csv",
        key=f"download_{job.id}",
        icon=":material/download:",
        type="primary" if primary else "secondary",
        on_click="ignore",
    )


def _answers(job: Job):
    return session.home().exports / f"{job.id}.csv"
