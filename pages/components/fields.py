"""Keyed form fields that keep their value while other pages are looked at, and can be filled from outside.

A widget whose state was filled (by another run, a preset) must not be given a default as well, so
the default goes into the session's state before the widget is drawn.
"""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st


def _filled(key: str, default: Any, options: Sequence[Any] | None = None) -> None:
    held = st.session_state.get(key)
    missing = key not in st.session_state
    # what was chosen may not be offered any more, such as a dataset that was deleted
    if missing or (options is not None and not isinstance(held, list) and held not in options):
        st.session_state[key] = default


def choose(
    label: str,
    options: Sequence[Any],
    default: Any,
    *,
    key: str,
    say: Callable[[Any], str] = str,
    **looks: Any,
) -> Any:
    """One of the options."""
    _filled(key, default, options)
    return st.selectbox(label, options, format_func=say, key=key, persist_state="session", **looks)


def choose_many(
    label: str,
    options: Sequence[Any],
    default: Sequence[Any],
    *,
    key: str,
    say: Callable[[Any], str] = str,
    **looks: Any,
) -> list[Any]:
    """Some of the options."""
    _filled(key, list(default))
    offered = set(options)
    st.session_state[key] = [v for v in st.session_state[key] if v in offered]
    return st.multiselect(label, options, format_func=say, key=key, persist_state="session", **looks)


def number(
    label: str, default: float, *, low: float, high: float, step: float, key: str, **looks: Any
) -> Any:
    """A number from low to high."""
    _filled(key, default)
    return st.number_input(
        label, min_value=low, max_value=high, step=step, key=key, persist_state="session", **looks
    )


def percent(label: str, default: int, *, key: str, **looks: Any) -> int:
    """A share of the rows that leaves room for the other parts."""
    return number(label, default, low=1, high=45, step=1, key=key, **looks)
