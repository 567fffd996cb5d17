"""What the run in the form would cost, from a dry run in the warm worker. Estimates nothing itself."""

import hashlib
from collections.abc import Sequence

import streamlit as st

from core import codec
from core.baselines import BASELINES
from core.domain import RunSpec
from core.figures import duration
from core.jobs.job import Job
from core.runs.records import Record
from core.sentences import say
from core.studies.outlook import networks_s
from pages.components import session
from pages.components.text import escape

LANE = "interactive"


def draw_cost(spec: RunSpec, outlook: Sequence[Record]) -> bool:
    """Say parameters, memory and time in a line; False when the run is known not to fit in memory.

    outlook: the run's models, with what each is expected to take.
    """
    digest = _digest(spec)
    known = st.session_state.setdefault("estimates", {})
    if digest not in known:
        _drop_outdated()
        job = session.queue().put(
            kind="estimate",
            lane=LANE,
            owner=session.owner(),
            payload={"spec": codec.to_plain(spec)},
            max_attempts=1,
        )
        known[digest] = job.id
        st.session_state["estimate_pending"] = job.id
    job = session.queue().get(known[digest], session.owner())
    if job.state in ("succeeded", "failed", "stopped"):
        _show(job, outlook)
        return not (job.result and not job.result["fits"])
    _wait(job.id)
    return True


def costs_of(spec: RunSpec) -> dict[str, float]:
    """Seconds that all epochs of one fit of a network would take, by its key, as far as they have been estimated."""
    job_id = st.session_state.get("estimates", {}).get(_digest(spec))
    job = session.queue().get(job_id, session.owner()) if job_id else None
    return {n["key"]: n["fit_s"] for n in job.result["networks"]} if job and job.result else {}


def _digest(spec: RunSpec) -> str:
    return hashlib.sha256(codec.dumps(spec).encode()).hexdigest()


@st.fragment(run_every=0.5)
def _wait(job_id: str) -> None:
    job = session.queue().get(job_id, session.owner())
    if job.state in ("succeeded", "failed", "stopped"):
        st.rerun()
    st.caption(":material/hourglass_top: Estimating the cost with two batches …")


def _drop_outdated() -> None:
    """Nobody needs the estimate of a form that has changed since."""
    pending = st.session_state.pop("estimate_pending", None)
    if pending is not None:
        job = session.queue().get(pending, session.owner())
        if job.state == "queued":
            session.queue().request(pending, session.owner(), "cancel")


def _show(job: Job, outlook: Sequence[Record]) -> None:
    if job.result is None:
        st.caption(f":material/error: No estimate: {escape(job.error or say(f'state.{job.state}'))}")
        return
    found = job.result
    memory = f"{found['memory_bytes'] / 1e9:.1f} GB"
    if not found["fits"]:
        free = f"{found['available_bytes'] / 1e9:.1f} GB"
        st.error(
            f"This would need {memory} and {free} are free. Use fewer rows, columns or units.",
            icon=":material/memory:",
        )
        return
    parts, explained = [f"{found['n_train']:,} training rows", f"{memory} of memory"], None
    networks, whole_s = found["networks"], networks_s(outlook)
    if networks and whole_s is not None:
        parts = [*parts, f"about {duration(whole_s)} to train, at most"]
    if len(networks) == 1:
        (network,) = networks
        parts = [f"{network['n_parameters']:,} parameters", *parts]
        explained = (
            f"{network['epochs']:,} epochs of {duration(network['epoch_s'])} each on a quiet machine, or the budget "
            "where that is less. Stopping early usually saves much of it."
        )
    st.caption(" · ".join(parts), help=explained)
    if found.get("fewer"):
        models = ", ".join(f"{BASELINES[key].title} {n:,}" for key, n in found["fewer"].items())
        st.caption(say("cost.fewer_rows", models=models))
