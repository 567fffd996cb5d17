"""A short test of learning rates for the network of the form, drawn, with the rate it suggests. Tests nothing itself."""

import math
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from core import codec
from core.architectures import ARCHITECTURES
from core.domain import RunSpec
from core.sentences import say
from core.studies.rates import asked_by
from pages.components.asked import asked
from pages.components.charts import REFERENCE, laid_out, show
from pages.components.model_choice import rate_field

if TYPE_CHECKING:
    import plotly.graph_objects as go


def draw_rate_finder(spec: RunSpec) -> None:
    """A button where the run has one network, what was found, and another button to use it."""
    networks = [m for m in spec.models if m.key in ARCHITECTURES]
    if len(networks) != 1:
        return
    (network,) = networks
    now = codec.to_plain(asked_by(spec))
    if st.button(
        "Find a learning rate", icon=":material/speed:", key="find_rate", help=say("rate.explained")
    ):
        st.session_state["rate_spec"] = now
    if st.session_state.get("rate_spec") != now:
        return  # nobody asked, or for another run than the form has now
    found = asked("rate", {"spec": now}, lane="batch", doing="Trying learning rates", key="rate")
    if found is None:
        return
    table = pd.DataFrame({"learning_rate": found["rates"], "loss": found["losses"]})
    show(
        rate_chart(table, found["suggested"]), key="rate_chart", alt=say("rate.chart"), numbers=table,
        file_name="learning rates",
    )  # fmt: skip
    if found["suggested"] is None:
        st.caption(say("rate.nothing"))
        return
    st.caption(say("rate.suggested", rate=found["suggested"], n=len(found["rates"])))
    in_use = ARCHITECTURES[network.key].settle(network.params, spec.task.kind)["learning_rate"]
    st.button(
        f"Use {found['suggested']:g}", icon=":material/check:", key="use_rate", disabled=in_use == found["suggested"],
        on_click=_use, args=(rate_field(network, spec.task), found["suggested"]),
    )  # fmt: skip


def rate_chart(table: pd.DataFrame, suggested: float | None) -> "go.Figure":
    """table: learning_rate, loss."""
    import plotly.graph_objects as go

    figure = go.Figure()
    figure.add_scatter(
        x=table["learning_rate"], y=table["loss"], mode="lines", hovertemplate="rate %{x:.2~g}: loss %{y:.4~g}<extra></extra>"
    )  # fmt: skip
    if suggested is not None:
        figure.add_vline(x=suggested, line={"dash": "dot", "color": REFERENCE, "width": 1.5})
        # on an axis of powers Plotly places lines by their value, and texts by its logarithm
        figure.add_annotation(
            x=math.log10(suggested), y=1.0, yref="paper", text=f"{suggested:g}", font={"color": REFERENCE},
            showarrow=False, yanchor="bottom",
        )  # fmt: skip
    return laid_out(
        figure, "Loss while the learning rate rises", height=320,
        xaxis={"title": {"text": "Learning rate"}, "type": "log", "tickformat": ".0e"},
        yaxis={"title": {"text": "Loss of the training batches"}},
    )  # fmt: skip


def _use(field: str, rate: float) -> None:
    st.session_state[field] = rate
