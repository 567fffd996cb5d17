"""What a page works with: the stores, the owner, and what is chosen, kept in the URL."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from core.commands.supervise import START_SUPERVISOR
from core.data.catalog import Catalog
from core.domain import Dataset, Run
from core.errors import NotYours
from core.home import Home
from core.jobs.patron import ensure_supervisor
from core.jobs.queue import Queue
from core.runs.store import RunStore
from pages.components.sign_in import owner

__all__ = [
    "catalog",
    "chosen_dataset",
    "chosen_run",
    "choose",
    "choose_run",
    "forget",
    "home",
    "is_there",
    "keep_url",
    "owner",
    "queue",
    "store",
]


MOST_ID = 40  # letters of an id that a URL may hold; ours have 20


@st.cache_resource
def home() -> Home:
    return Home.from_environment()


@st.cache_resource
def queue() -> Queue:
    return Queue(home())


@st.cache_resource
def store() -> RunStore:
    return RunStore(home())


@st.cache_resource
def catalog() -> Catalog:
    return Catalog(home())


def ensure_workers() -> None:
    """See that somebody does the jobs; cheap, so every page asks."""
    ensure_supervisor(home(), START_SUPERVISOR)


def choose(*, dataset: str | None = None, run: str | None = None) -> None:
    """Make a dataset or run the chosen one, on this page and the ones after it."""
    for name, value in (("dataset", dataset), ("run", run)):
        if value is not None:
            st.session_state[f"chosen_{name}"] = st.query_params[name] = value


def choose_run(run: Run) -> None:
    """Make a run the chosen one, and its dataset with it while there is one."""
    choose(run=run.id, dataset=run.spec.dataset if is_there(run.spec.dataset) else None)


def is_there(dataset_id: str) -> bool:
    """Whether the owner still has that dataset."""
    try:
        catalog().get(dataset_id, owner())
    except NotYours:
        return False
    return True


def forget(name: str) -> None:
    """Nothing of that name ("dataset", "run") is chosen any more."""
    st.session_state.pop(f"chosen_{name}", None)
    st.query_params.pop(name, None)


def keep_url() -> None:
    """Let the URL say what is chosen, so that F5 and a colleague see the same page.

    A URL that somebody opened counts more than what this session had chosen.
    """
    for name in ("dataset", "run"):
        in_url = st.query_params.get(name)
        if in_url:
            # what is longer is no id, and a link's author shall not fill the page with it
            st.session_state[f"chosen_{name}"] = in_url[:MOST_ID]
        elif st.session_state.get(f"chosen_{name}"):
            st.query_params[name] = st.session_state[f"chosen_{name}"]


def chosen_dataset() -> Dataset | None:
    """The chosen dataset, else the newest. Raises NotYours when the chosen one is not the owner's."""
    chosen = st.session_state.get("chosen_dataset")
    if chosen:
        with _unchosen_if_absent("dataset"):
            return catalog().get(chosen, owner())
    newest = catalog().list(owner())
    return newest[0] if newest else None


def chosen_run() -> Run | None:
    """The chosen run, else the newest. Raises NotYours when the chosen one is not the owner's."""
    chosen = st.session_state.get("chosen_run")
    if chosen:
        with _unchosen_if_absent("run"):
            return store().get(chosen, owner())
    newest = store().list(owner(), limit=1)
    return newest[0] if newest else None


@contextmanager
def _unchosen_if_absent(name: str) -> Iterator[None]:
    """What is not there is chosen no more; this page's URL still names it, so F5 says so again."""
    try:
        yield
    except NotYours:
        st.session_state.pop(f"chosen_{name}", None)
        raise
