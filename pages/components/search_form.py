"""The few fields that turn the form of a run into a search for its network's settings. Searches nothing."""

import streamlit as st

from core.architectures import ARCHITECTURES
from core.domain import RunSpec
from core.sentences import say
from core.studies.search.space import proposed, searchable
from core.studies.search.trials import Search, start_search
from pages.components import session
from pages.components.fields import choose_many, number
from pages.components.frame import go


def draw_search(spec: RunSpec | None, name: str, *, disabled: bool) -> None:
    """A button that opens them; what is set in the form and not searched stays as it is."""
    networks = [m for m in spec.models if m.key in ARCHITECTURES] if spec is not None else []
    if disabled or len(networks) != 1:
        st.button(
            "Search settings", icon=":material/travel_explore:", key="search_closed", disabled=True,
            help=say("plan.search_one") if len(networks) > 1 else None,
        )  # fmt: skip
        return
    (network,) = networks
    knobs = ARCHITECTURES[network.key].all_knobs(spec.task.kind)
    titles = {k.name: k.title for k in knobs if k.name in searchable(knobs)}
    with st.popover("Search settings", icon=":material/travel_explore:", key="search_open"):
        st.caption(say("search.explained", network=ARCHITECTURES[network.key].title))
        names = choose_many(
            "Settings to search", list(titles), proposed(knobs), key=f"search_names_{network.key}", say=titles.get,
        )  # fmt: skip
        budget = number(
            "Seconds for all trials", 300, low=20, high=86_400, step=60, key="search_budget", width=200,
            help="Trials that fall behind are left off, so that more can be tried.",
        )  # fmt: skip
        if st.button("Start search", type="primary", icon=":material/play_arrow:", key="start_search", disabled=not names):  # fmt: skip
            search = Search(name=name, spec=spec, names=tuple(names), budget_s=float(budget))
            st.session_state["started_search"] = start_search(search, session.owner(), session.home())
            st.session_state.pop("pick_search", None)
            go("search.py")
