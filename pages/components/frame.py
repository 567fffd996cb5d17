"""What every page begins with: the question it answers, what is chosen, and the next step."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

import streamlit as st

from core.domain import Dataset, Run
from core.errors import NotYours
from core.sentences import say
from pages.components import session
from pages.components.tables import local_time
from pages.components.text import distinct, escape

STATE_ICONS = {
    "queued": ":material/schedule:",
    "starting": ":material/schedule:",
    "running": ":material/play_circle:",
    "pausing": ":material/pause_circle:",
    "paused": ":material/pause_circle:",
    "stopping": ":material/stop_circle:",
    "stopped": ":material/stop_circle:",
    "succeeded": ":material/check_circle:",
    "failed": ":material/error:",
    "interrupted": ":material/error:",
}
ARRIVED = "arrived_dataset"


def head(title: str, question: str) -> None:
    """The page's title and, in a line, what it answers."""
    st.title(title, anchor=False)
    st.caption(question)


def open_dataset(dataset_id: str) -> None:
    """Draw the page anew with another dataset chosen, from below its selector."""
    st.session_state[ARRIVED] = dataset_id
    st.rerun()


def dataset_picker() -> Dataset | None:
    """The chosen dataset in a selector of all the owner's; None, said so, when there are none."""
    chosen = session.chosen_dataset()
    if chosen is None:
        _nothing_yet("There is no data yet.", "Add data", "start.py")
        return None
    by_id = {d.id: d for d in session.catalog().list(session.owner())} | {chosen.id: chosen}
    labels = distinct({i: f"{d.name} · {d.n_rows:,} rows" for i, d in by_id.items()})
    arrived = st.session_state.pop(ARRIVED, None)
    if arrived in by_id:
        chosen = by_id[arrived]
        session.choose(dataset=arrived)
    picked = _pick("Dataset", "pick_dataset", labels, chosen.id, anew=arrived in by_id)
    if picked != chosen.id:
        session.choose(dataset=picked)
        st.rerun()
    session.choose(dataset=picked)
    return by_id[picked]


def run_picker(limit: int = 50) -> Run | None:
    """The chosen run in a selector of the owner's latest; None, said so, when there are none."""
    runs = session.store().list(session.owner(), limit=limit)
    chosen = session.chosen_run()
    if chosen is None:
        _nothing_yet("Nothing has been trained yet.", "Train a network", "train.py")
        return None
    by_id = {r.id: r for r in runs} | {chosen.id: chosen}
    labels = distinct(
        {
            i: f"{r.name} · {say(f'state.{r.state}')} · {local_time(r.created_at):%Y-%m-%d %H:%M}"
            for i, r in by_id.items()
        }
    )
    picked = _pick("Run", "pick_run", labels, chosen.id)
    if picked != chosen.id:
        session.choose(run=picked)
        st.rerun()
    session.choose_run(chosen)
    return by_id[picked]


def _pick(title: str, key: str, labels: Mapping[str, str], chosen: str, *, anew: bool = False) -> str:
    """A selector of ids by their labels. anew: whether `chosen` counts more than what it held before.

    The browser sends back the label it shows: where labels have changed since, as when a table has
    lost rows, the selector is told again what it holds, or a label would come for an id.
    """
    held, shown = st.session_state.get(key), st.session_state.get(f"{key}_labels", labels)
    st.session_state[f"{key}_labels"] = dict(labels)
    index = list(labels).index(chosen)  # where the selector is new on this page
    if anew or (held is not None and (held not in labels or shown != labels)):
        st.session_state[key] = chosen if anew or held not in labels else held
        index = 0  # a default beside a value that was told would be complained of
    return st.selectbox(
        title, options=list(labels), index=index, format_func=lambda i: labels.get(i, i), key=key
    )


def draw_absent(error: NotYours) -> None:
    """What a link names is not there or not theirs: the sentence, and ways on that leave it behind."""
    st.warning(escape(error), icon=":material/link_off:")
    with st.container(horizontal=True):
        for label, page in (("See your runs", "runs.py"), ("See your data", "data.py")):
            if st.button(label, icon=":material/arrow_forward:", icon_position="right", key=f"absent_{page}"):
                st.switch_page(page)


def go(page: str) -> None:
    """Open another page with everything chosen still in the URL."""
    st.switch_page(page, query_params=st.query_params.to_dict())


def next_step(label: str, page: str, *, key: str, icon: str = ":material/arrow_forward:") -> None:
    """The button that leads on along the path."""
    if st.button(label, type="primary", icon=icon, icon_position="right", key=key):
        go(page)


def when(timestamp: float) -> str:
    """A moment as the person at the browser reads it: 3 Nov 2026, 14:05."""
    zone = ZoneInfo(st.context.timezone) if st.context.timezone else None
    return datetime.fromtimestamp(timestamp, zone).strftime("%d %b %Y, %H:%M").lstrip("0")


def _nothing_yet(sentence: str, label: str, page: str) -> None:
    with st.container(border=True):
        st.markdown(sentence)
        next_step(label, page, key=f"nothing_{page}")
