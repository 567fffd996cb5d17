"""What this owner has in training, a line each with the way to watch it. Follows no curve: the run's page does."""

from collections.abc import Sequence

import streamlit as st

from core.domain import Run, RunState
from core.jobs.job import ALIVE
from core.sentences import say
from pages.components import session
from pages.components.frame import STATE_ICONS, go
from pages.components.text import escape

UNDER_WAY: tuple[RunState, ...] = ("queued", *ALIVE, "paused")
MOST_SHOWN = 3
LOOK_EVERY_S = 5.0


def draw_under_way(besides: str | None = None) -> None:
    """A line for each run under way but the one that is looked at, besides; nothing where there is none."""
    if _under_way(besides):
        _live(besides)


@st.fragment(run_every=LOOK_EVERY_S)
def _live(besides: str | None) -> None:
    runs = _under_way(besides)
    if not runs:
        st.rerun()  # drawn without a timer from now on
    for run in runs:
        _draw(run)


def _under_way(besides: str | None) -> Sequence[Run]:
    runs = session.store().list(session.owner(), states=UNDER_WAY, limit=MOST_SHOWN + 1)
    return [run for run in runs if run.id != besides][:MOST_SHOWN]


def _draw(run: Run) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"under_way_{run.id}"):
        st.markdown(
            f"{STATE_ICONS[run.state]} A run is {say(f'state.{run.state}')}: **{escape(run.name)}**",
            width="content",
        )
        if st.button("Watch it", icon=":material/visibility:", type="tertiary", key=f"watch_{run.id}"):
            watch(run)


def watch(run: Run) -> None:
    """Open the run on the Train page."""
    session.choose_run(run)
    st.session_state["train_view"] = "run"
    go("train.py")
