"""A run as it happens: curves, figures, controls. Reads the run's folder; nothing depends on it being looked at."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import streamlit as st

from core.data.folds import n_fits
from core.domain import Run
from core.evaluation.metrics import METRICS, Metric
from core.figures import duration
from core.jobs.job import ENDED
from core.runs.events import EventReader
from core.runs.live import Curves, Progress, curves, progress, references, run_elapsed_s, watched
from core.runs.outline import Part, outline
from core.runs.records import Record, place_of, read_records
from core.sentences import say
from pages.components import session
from pages.components.advice import draw_advice
from pages.components.curves import draw_curves
from pages.components.frame import go, next_step
from pages.components.plan_list import draw_plan
from pages.components.text import escape

LOOK_EVERY_S = 1.0
MOST_READINGS = 8  # folders whose events are remembered


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
    folder = session.store().folder(run.id)
    records = read_records(folder, run.spec)
    training = next((r for r in records if r.family == "deep" and r.state == "training"), None)
    told = curves(training, _events(place_of(folder, training)), run.spec.task.metric) if training else None
    known = progress(run, records, told, folder)
    st.progress(known.share, text=escape(" · ".join(_said(run, training, told, known))))
    _controls(run)
    with st.expander(_ticked(parts := outline(records)), expanded=len(parts) > 3, key="plan_open"):
        draw_plan(parts, states=True)
    _body(run, known)


def _ticked(parts: Sequence[Part]) -> str:
    return say("plan.ticked", n_done=sum(p.n_done for p in parts), n=sum(p.n for p in parts))


def _said(run: Run, training: Record | None, told: Curves | None, known: Progress) -> list[str]:
    """What happens, how far it is, how long it has taken and may still take."""
    job = session.queue().get(run.id, session.owner())
    said = [say(f"state.{run.state}").capitalize()]
    before = session.queue().position(run.id)
    if before:
        said.append(say("progress.before", n=before))
    if told is not None and told.epoch and told.epochs:
        if training.fold is not None:
            said.append(say("progress.fold", fold=training.fold, n=n_fits(run.spec)))
        said.append(say("progress.epochs", epoch=told.epoch, epochs=told.epochs))
    elif run.state == "running" and job.message:
        said.append(job.message)
    if run.started_at is not None:
        said.append(say("progress.elapsed", time=duration(run_elapsed_s(run))))
    if run.state == "running" and known.limit is not None:
        said.append(say(f"progress.until_{known.limit}", left=duration(known.left_s)))
        if known.patience:
            said.append(say("progress.early", patience=known.patience))
    return said


def _controls(run: Run) -> None:
    ask = session.queue().request
    with st.container(horizontal=True):
        if run.state in ("paused", "interrupted"):
            if st.button("Resume", icon=":material/play_arrow:", type="primary", key="run_resume"):
                ask(run.id, session.owner(), "resume")
                st.rerun(scope="fragment")
        elif st.button(
            "Pause", icon=":material/pause:", key="run_pause", disabled=run.state in ("pausing", "stopping"),
            help="Keeps what has been learned; goes on from there when you resume.",
        ):  # fmt: skip
            ask(run.id, session.owner(), "pause")
            st.rerun(scope="fragment")
        too_early, too_late = run.started_at is None, run.state == "stopping"
        if st.button(
            "Finish now", icon=":material/flag:", key="run_finish", disabled=too_early or too_late,
            help="It has not begun, so there is nothing to keep yet." if too_early
            else "It is being finished." if too_late
            else "Stops training, keeps the best epoch so far, and scores what there is.",
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
        st.info("This run was cancelled before it had anything to show.", icon=":material/stop_circle:")
    with st.container(horizontal=True):
        if run.state == "succeeded":
            next_step("See the comparison", "compare.py", key="to_compare")
            next_step_secondary("Predict", "predict.py", "to_predict", ":material/online_prediction:")
        if st.button("Set up another run", icon=":material/add:", key="new_run"):
            st.session_state["train_view"] = "form"
            st.rerun()
        if st.button("Again with changes", icon=":material/content_copy:", key="again_here"):
            st.session_state["again_with"] = run.id
            session.choose(dataset=run.spec.dataset)
            st.rerun()


def next_step_secondary(label: str, page: str, key: str, icon: str) -> None:
    if st.button(label, icon=icon, key=key):
        go(page)


def _body(run: Run, known: Progress | None = None) -> None:
    """Figures, curves and models. known: how far the run is, while it goes on."""
    folder, metric = session.store().folder(run.id), run.spec.task.metric
    records = read_records(folder, run.spec)
    networks = [r for r in records if r.family == "deep"]
    with st.container(horizontal=True, vertical_alignment="center"):
        record = _chosen_network(networks, watched(records))
        record = _in_chosen_fold(run, record) if record is not None else None
    if record is not None:
        events = _events(place_of(folder, record))
        told = curves(record, events, metric)
        _figures(told, known)
        draw_advice(run, record, events)
        if not told.loss and run.state not in ENDED:
            st.caption("The first point comes as soon as the rows are prepared and the network is built.")
        if told.loss or run.state not in ENDED:  # of a run that failed at once there is nothing to draw
            draw_curves(_held(run.id, record, told), METRICS[metric], references(records, metric))
    _models(run, records)


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


def _in_chosen_fold(run: Run, record: Record) -> Record:
    """The network as it stands in a fold: the one in training, until somebody chooses another."""
    if record.fold is None:
        return record
    n = n_fits(run.spec)
    fold = st.selectbox(
        "Fold", range(1, record.fold + 1), index=record.fold - 1, width=180,
        format_func=lambda fold: say("progress.fold", fold=fold, n=n).capitalize(),
        key=f"watched_fold_{record.number}_{record.fold}", label_visibility="collapsed",
    )  # fmt: skip
    return record if fold == record.fold else replace(record, fold=fold, state="done")


def _events(place: Path) -> list:
    """All events so far below a run's folder, or a fold's; only what is new is read from disk."""
    readings = st.session_state.setdefault("readings", {})
    if place not in readings:
        if len(readings) >= MOST_READINGS:
            readings.clear()
        readings[place] = (EventReader(place), [])
    reader, events = readings[place]
    events += reader.read()
    return events


def _held(run_id: str, record: Record, told: Curves) -> Curves:
    """The curves as they were when somebody asked to hold the picture."""
    key = f"held_{run_id}_{record.number}_{record.fold}"
    if not st.session_state.get("hold_picture"):
        st.session_state.pop(key, None)
        return told
    return st.session_state.setdefault(key, told)


def _figures(told: Curves, known: Progress | None) -> None:
    with st.container(horizontal=True, gap="medium"):
        st.metric("Epoch", f"{told.epoch:,}" + (f" of {told.epochs:,}" if told.epochs else ""))
        st.metric(
            "Best epoch",
            f"{told.best_epoch:,}" if told.best_epoch else "–",
            help="Lowest validation loss; its weights are kept.",
        )
        st.metric("Rows a second", f"{told.rows_per_s:,.0f}" if told.rows_per_s else "–")
        st.metric("Trained for", duration(told.elapsed_s))
        if known is not None:
            st.metric("Time left, at most", "–" if known.left_s is None else duration(known.left_s))
            st.metric(
                "CPU",
                f"{told.cpu_percent:.0f} %" if told.cpu_percent is not None else "–",
                help="100 % is one core.",
            )
        st.metric("Memory", f"{told.memory_mb:,.0f} MB" if told.memory_mb else "–")


def _models(run: Run, records: tuple[Record, ...]) -> None:
    metric = run.spec.task.metric
    st.subheader("Models of this run", anchor=False)
    st.dataframe(
        {
            "Model": [r.title for r in records],
            "State": [_model_state(r, run) for r in records],
            f"{METRICS[metric].title}, validation": [_shown(METRICS[metric], r.validation) for r in records],
            "Trained for": [duration(r.fit_s) if r.state == "done" else "" for r in records],
            "Remark": [r.reason or r.note or "" for r in records],
        },
        hide_index=True,
        key="live_models",
        alt="The models of this run, their state and their score on the validation rows",
    )


def _model_state(record: Record, run: Run) -> str:
    """The model's state; of one in training the run's, which may be laid down; of one that waits for its next fold
    how many are done."""
    if record.state == "waiting" and record.folds:
        return say("state.between_folds", done=len(record.folds), n=n_fits(run.spec))
    return say(f"state.{run.state if record.state == 'training' else record.state}")


def _shown(metric: Metric, value: float | None) -> str:
    return "" if value is None else metric.show(value)
