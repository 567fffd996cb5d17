"""A table on its way in: an upload or a sample, until it is a dataset. Reads no table."""

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO, Literal

import streamlit as st

from core.data.origins import ORIGINS, name_of
from core.data.samples import Sample
from core.domain import Dataset
from core.errors import TooLarge
from core.home import new_id
from core.jobs.job import ALIVE, Job
from core.settings import Settings
from core.studies.plan import default_spec
from core.studies.start import start_run
from pages.components import session
from pages.components.frame import ARRIVED, go
from pages.components.progress import follow

Then = Literal["look", "train"]

CHUNK = 4 << 20
PATIENCE_S = 1.5  # a small table is there sooner than a progress bar could be read
DEMO_BUDGET_S = 40.0  # with the start of the worker still well within a minute on two cores
MAX_NAME = 120
KEY = "adding"


@dataclass(frozen=True, kw_only=True)
class Adding:
    """file: its name among the uploads; "" for what is fetched from `origin`. then: what its owner wants when it is there.

    target: the column to ask about, where it is known before the table is read.
    """

    job: str
    file: str
    name: str
    then: Then = "look"
    target: str | None = None
    origin: Mapping[str, Any] | None = None


def add_from(where: Mapping[str, Any]) -> None:
    """Fetch a table from elsewhere. Raises FathomError for what is not allowed."""
    settled = {"kind": where["kind"], **ORIGINS[where["kind"]].settle(where, Settings.current())}
    name = shown_name(name_of(settled))
    job = _put_fetch(settled, name, {})
    st.session_state[KEY] = Adding(job=job.id, file="", name=name, origin=settled)
    session.queue().wait(job.id, PATIENCE_S)


def add_upload(uploaded: BinaryIO, name: str, options: Mapping[str, Any]) -> None:
    """Store an upload under a name of our own and have it read. Raises TooLarge on a full disk."""
    _begin(keep_upload(uploaded), shown_name(name), options)


def shown_name(name: str) -> str:
    """An uploaded file's name as its dataset may be called: without folders, on one line, not too long."""
    return " ".join(re.split(r"[/\\]", name)[-1].split())[:MAX_NAME] or "upload"


def add_sample(sample: Sample, then: Then = "look") -> None:
    """Open a sample, which is read once only, and go on to what was wanted of it."""
    from core.data.ingest import stored_before  # with all that reads tables: not for the first page

    before = stored_before(sample.path, name=sample.title, owner=session.owner(), home=session.home())
    if before is not None:
        _arrive(before, then, sample.target)
        return
    with open(sample.path, "rb") as file:
        kept = keep_upload(file)
    _begin(kept, sample.title, {}, then=then, target=sample.target)


def read_again(options: Mapping[str, Any]) -> None:
    """Read the refused upload once more, in another way."""
    adding = st.session_state[KEY]
    if adding.origin is None:
        job = _put(adding.file, adding.name, options)
    else:
        job = _put_fetch(adding.origin, adding.name, options)
    st.session_state[KEY] = replace(adding, job=job.id)


def read_stored_again(dataset: Dataset, options: Mapping[str, Any]) -> None:
    """Read a dataset's original once more, in another way; a dataset of its own comes of it."""
    payload = {"dataset": dataset.id, "name": dataset.name, "options": dict(options)}
    job = session.queue().put(kind="ingest", lane="data", owner=session.owner(), payload=payload)
    st.session_state[KEY] = Adding(job=job.id, file="", name=dataset.name)
    session.queue().wait(job.id, PATIENCE_S)


def give_up() -> None:
    """Forget the upload that is not to be read."""
    adding = st.session_state.pop(KEY)
    if adding.file:
        (session.home().uploads / adding.file).unlink(missing_ok=True)


def refused_file() -> Path | None:
    """The upload that was refused, for a look at what is in it; None where it was fetched from elsewhere."""
    adding: Adding = st.session_state[KEY]
    return session.home().uploads / adding.file if adding.file else None


def draw_adding() -> Job | None:
    """What is being read, with its progress; goes on by itself once it is a dataset.

    Returns the job while there is something to show of it, such as why it was refused.
    """
    adding: Adding | None = st.session_state.get(KEY)
    if adding is None:
        _draw_others()
        return None
    job = follow(adding.job, f"Reading {adding.name}")
    if job.state == "stopped":
        del st.session_state[KEY]
        st.rerun()
    if job.state == "succeeded":
        del st.session_state[KEY]
        dataset = session.catalog().get(job.result["dataset"], session.owner())
        if adding.target not in (None, dataset.target):
            dataset = session.catalog().with_target(dataset, adding.target)
        _arrive(dataset, adding.then, adding.target)
    return job


def _draw_others() -> None:
    """What this owner has in the making elsewhere: before F5, in another window, by REST."""
    for job in session.queue().list(session.owner(), kind="ingest", states=("queued", *ALIVE), limit=3):
        follow(job.id, f"Reading {job.payload['name']}")


def _begin(
    file: str, name: str, options: Mapping[str, Any], then: Then = "look", target: str | None = None
) -> None:
    job = _put(file, name, options)
    st.session_state[KEY] = Adding(job=job.id, file=file, name=name, then=then, target=target)
    session.queue().wait(job.id, PATIENCE_S)


def _put(file: str, name: str, options: Mapping[str, Any]) -> Job:
    payload = {"file": file, "name": name, "options": dict(options)}
    return session.queue().put(kind="ingest", lane="data", owner=session.owner(), payload=payload)


def _put_fetch(origin: Mapping[str, Any], name: str, options: Mapping[str, Any]) -> Job:
    payload = {"origin": dict(origin), "name": name, "options": dict(options)}
    return session.queue().put(kind="fetch", lane="data", owner=session.owner(), payload=payload)


def keep_upload(content: BinaryIO) -> str:
    """The content as a file among the uploads; its name there. A stranger's name is no path."""
    path: Path = session.home().uploads / new_id()
    try:
        with open(path, "wb") as file:
            shutil.copyfileobj(content, file, CHUNK)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise TooLarge("disk", detail=error.strerror or "unknown") from error
    return path.name


def _arrive(dataset: Dataset, then: Then, target: str | None) -> None:
    session.choose(dataset=dataset.id)
    st.session_state[ARRIVED] = dataset.id
    if then == "look":
        if dataset.n_rejected:
            st.session_state["opened_reading"] = dataset.id
        go("data.py")
    # the target may have been changed since, but this is about what the sample is for
    spec = default_spec(dataset, target or dataset.target, budget_s=DEMO_BUDGET_S)
    name = f"{spec.task.target} · {dataset.name}"
    run = start_run(spec, session.owner(), name, store=session.store())
    st.session_state["train_view"] = "run"
    session.choose(run=run.id)
    go("train.py")
