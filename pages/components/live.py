"""A run as it happens: curves, figures, controls. Reads the run's folder; nothing depends on it being looked at."""

import streamlit as st

from core.domain import Run
from core.evaluation.compare import duration
from core.evaluation.metrics import METRICS, Metric
from core.jobs.job import ENDED
from core.runs.events import EventReader
from core.runs.live import Curves, curves, references, run_elapsed_s, run_left_s, watched
from core.runs.records import Record, read_records
from pages.components import session
from pages.components.curves import draw_curves
from pages.components.frame import go, next_step
from pages.components.text import escape

LOOK_EVERY_S = 1.0
STATES = {
    "queued": "Waiting for its turn",
    "starting": "Starting",
    "running": "Training",
    "pausing": "Pausing",
    "paused": "Paused",
    "stopping": "Finishing",
    "stopped": "Stopped",
    "succeeded": "Done",
    "failed": "Failed",
    "interrupted": "Interrupted",
}
MODEL_STATES = {
    "waiting": "waits",
    "training": "training",
    "done": "done",
    "failed": "failed",
    "skipped": "left out",
}


def draw_run(run: Run) -> None:
    """The run's page: live while it goes on, with what follows once it has ended."""
    st.title(escape(run.name), anchor=False)
    if run.state in ENDED:
        _ended(run)
        _body(run)
        return
    _live(run.id)


@st.fragment(run_every=LOOK_EVERY_S)
def _live(run_id: str) -> None:
    run = session.store().get(run_id, session.owner())
    if run.state in ENDED:
        st.rerun()  # once more, as a whole: drawn without a timer from now on
    _status(run)
    _controls(run)
    _body(run)


def _status(run: Run) -> None:
    job = session.queue().get(run.id, session.owner())
    position = session.queue().position(run.id)
    said = STATES[run.state]
    if position:
        said += f": {position} before it"
    elif job.message and run.state == "running":
        said = job.message
    left = run_left_s(run, session.store().folder(run.id))
    after = duration(run_elapsed_s(run)) + (f", at most {duration(left)} left" if left is not None else "")
    st.progress(job.fraction, text=f"{escape(said)} · {after}")


def _controls(run: Run) -> None:
    ask = session.queue().request
    with st.container(horizontal=True):
        if run.state in ("paused", "interrupted"):
            if st.button("Resume", icon=":material/play_arrow:", type="primary", key="run_resume"):
                ask(run.id, session.owner(), "resume")
                st.rerun(scope="fragment")
        elif st.button("Pause", icon=":material/pause:", key="run_pause", disabled=run.state == "pausing"):
            ask(run.id, session.owner(), "pause")
            st.rerun(scope="fragment")
        if st.button(
            "Finish now", icon=":material/flag:", key="run_finish", disabled=run.state not in ("running", "starting"),
            help="Stop training, keep the best epoch so far, score what there is.",
        ):  # fmt: skip
            ask(run.id, session.owner(), "finish")
            st.rerun(scope="fragment")
        with st.popover("Discard", icon=":material/delete:", key="run_discard"):
            st.markdown("Stop this run and delete what it has learned?")
            if st.button("Yes, discard", type="primary", key="run_discard_yes"):
                discard(run)
        st.toggle(
            "Hold the picture",
            key="hold_picture",
            help="Training goes on; the curves stand still so that you can zoom.",
        )


def discard(run: Run) -> None:
    """End the run, delete it, and go back to the form with its settings."""
    session.queue().request(run.id, session.owner(), "discard")
    if not session.queue().wait(run.id, 15.0).is_ended:
        st.info("It is being stopped. Discard it once more in a moment.", icon=":material/hourglass_top:")
        return
    st.session_state.pop("train_view", None)
    session.store().delete(run.id, session.owner())
    session.forget("run")
    st.rerun()


def _ended(run: Run) -> None:
    if run.state == "succeeded":
        st.success(escape(run.summary.get("sentence", "")), icon=":material/balance:")
    elif run.error:
        st.error(escape(run.error), icon=":material/error:")
    else:
        st.info("This run was stopped before it had anything to show.", icon=":material/stop_circle:")
    with st.container(horizontal=True):
        if run.state == "succeeded":
            next_step("See the comparison", "compare.py", key="to_compare")
            next_step_secondary("Predict", "predict.py", "to_predict", ":material/online_prediction:")
        if st.button("Set up another run", icon=":material/add:", key="new_run"):
            st.session_state["train_view"] = "form"
            st.rerun()
        if st.button("Again with changes", icon=":material/content_copy:", key="clone_here"):
            st.session_state["clone_run"] = run.id
            session.choose(dataset=run.spec.dataset)
            st.rerun()


def next_step_secondary(label: str, page: str, key: str, icon: str) -> None:
    if st.button(label, icon=icon, key=key):
        go(page)


def _body(run: Run) -> None:
    folder, metric = session.store().folder(run.id), run.spec.task.metric
    records = read_records(folder, run.spec)
    networks = [r for r in records if r.family == "deep"]
    record = _chosen_network(networks, watched(records))
    if record is not None:
        told = curves(record, _events(run.id, folder), metric)
        _figures(told, run, run_left_s(run, folder))
        if not told.loss and run.state not in ENDED:
            st.caption("The first point comes as soon as the rows are prepared and the network is built.")
        draw_curves(_held(run.id, record.number, told), METRICS[metric], references(records, metric))
    _models(records, metric)


def _chosen_network(networks: list[Record], proposed: Record | None) -> Record | None:
    if proposed is None or len(networks) < 2:
        return proposed
    by_number = {r.number: r for r in networks}
    # a key a proposal: the selection follows from network to network until somebody chooses
    picked = st.segmented_control(
        "Network", list(by_number), format_func=lambda n: by_number[n].title, required=True,
        key=f"watched_network_{proposed.number}", default=proposed.number, label_visibility="collapsed",
    )  # fmt: skip
    return by_number.get(picked, proposed)


def _events(run_id: str, folder) -> list:
    """All events so far; only what is new is read from disk."""
    reading = st.session_state.get("reading")
    if reading is None or reading["run"] != run_id:
        reading = st.session_state["reading"] = {"run": run_id, "reader": EventReader(folder), "events": []}
    reading["events"] += reading["reader"].read()
    return reading["events"]


def _held(run_id: str, number: int, told: Curves) -> Curves:
    """The curves as they were when somebody asked to hold the picture."""
    key = f"held_{run_id}_{number}"
    if not st.session_state.get("hold_picture"):
        st.session_state.pop(key, None)
        return told
    return st.session_state.setdefault(key, told)


def _figures(told: Curves, run: Run, budget_left_s: float | None) -> None:
    with st.container(horizontal=True, gap="large"):
        st.metric("Epoch", f"{told.epoch}" + (f" of {told.epochs}" if told.epochs else ""))
        st.metric("Best epoch", told.best_epoch or "–", help="Lowest validation loss; its weights are kept.")
        st.metric("Rows a second", f"{told.rows_per_s:,.0f}" if told.rows_per_s else "–")
        st.metric("Trained for", duration(told.elapsed_s))
        if run.state not in ENDED:
            left = [s for s in (told.left_s, budget_left_s) if s is not None]
            st.metric("Time left, at most", duration(min(left)) if left else "–")
            st.metric(
                "CPU",
                f"{told.cpu_percent:.0f} %" if told.cpu_percent is not None else "–",
                help="100 % is one core.",
            )
        st.metric("Memory", f"{told.memory_mb:,.0f} MB" if told.memory_mb else "–")


def _models(records: tuple[Record, ...], metric: str) -> None:
    st.subheader("Models of this run", anchor=False)
    st.dataframe(
        {
            "Model": [r.title for r in records],
            "State": [MODEL_STATES[r.state] for r in records],
            f"{METRICS[metric].title}, validation": [_shown(METRICS[metric], r.validation) for r in records],
            "Fit seconds": [f"{r.fit_s:.1f}" if r.state == "done" else "" for r in records],
            "Remark": [r.reason or r.note or "" for r in records],
        },
        hide_index=True,
        key="live_models",
        alt="The models of this run, their state and their score on the validation rows",
    )


def _shown(metric: Metric, value: float | None) -> str:
    return "" if value is None else metric.show(value)
