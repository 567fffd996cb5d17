"""Knobs as widgets: the same declaration that the search and the terminal read. Decides no default."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from core.errors import BadInput
from core.knobs import Knob, is_meant
from pages.components.text import escape


def knob_form(knobs: Sequence[Knob], *, prefix: str) -> tuple[dict[str, Any], list[str]]:
    """Draw every knob; its values by name, and a sentence for each value that does not fit.

    Widgets are keyed `<prefix>_<knob>` and keep their values while other pages are looked at.
    """
    values: dict[str, Any] = {}
    problems: list[str] = []
    groups = list(dict.fromkeys(k.group for k in knobs))
    for group in groups:
        members = [k for k in knobs if k.group == group]
        st.markdown(f"**{group}**")
        _draw([k for k in members if not k.advanced], prefix, values, problems)
    with st.expander("More settings", icon=":material/tune:", key=f"{prefix}_more"):
        for group in groups:
            _draw([k for k in knobs if k.group == group and k.advanced], prefix, values, problems)
    return {k: v for k, v in values.items() if v is not None}, problems


def set_knobs(knobs: Sequence[Knob], params: Mapping[str, Any], *, prefix: str) -> None:
    """Fill the widgets: given params, defaults for the rest. For a callback, before they are drawn."""
    for knob in knobs:
        st.session_state[f"{prefix}_{knob.name}"] = _shown(knob, params.get(knob.name, knob.default))


def _draw(knobs: Sequence[Knob], prefix: str, values: dict[str, Any], problems: list[str]) -> None:
    with st.container(horizontal=True, gap="medium"):
        for knob in knobs:
            if not is_meant(knob, values):
                continue
            raw = _widget(knob, f"{prefix}_{knob.name}")
            try:
                values[knob.name] = knob.parse(raw)
            except BadInput as error:
                problems.append(str(error))
                st.caption(f":red[{escape(error)}]")


def _shown(knob: Knob, value: Any) -> Any:
    if knob.kind == "layers":
        return "\n".join(value)
    return ", ".join(map(str, value)) if knob.kind == "integers" else value


def _widget(knob: Knob, key: str) -> Any:
    common: dict[str, Any] = {"key": key, "help": knob.help, "persist_state": "session"}
    st.session_state.setdefault(key, _shown(knob, knob.default))
    if knob.kind == "boolean":
        return st.toggle(knob.title, width=220, **common)
    if knob.kind == "choice":
        return st.selectbox(knob.title, knob.choices, width=220, **common)
    if knob.kind == "layers":
        return st.text_area(
            f"{knob.title}, one a line", width=300, height=230, placeholder="conv 32", **common
        )
    if knob.kind == "integers":
        return st.text_input(knob.title, width=220, placeholder="64, 32", **common)
    if knob.kind == "integer":
        return st.number_input(
            knob.title, min_value=_int(knob.low), max_value=_int(knob.high), step=1, width=180, **common
        )
    return st.number_input(
        knob.title, min_value=knob.low, max_value=knob.high, step=knob.step, format="%g", width=180, **common
    )


def _int(value: float | None) -> int | None:
    return None if value is None else int(value)
