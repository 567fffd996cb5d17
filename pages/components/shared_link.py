"""What a page was asked to show, kept in the URL: F5 and a colleague see the same. Trusts nothing in it."""

import json
from typing import TypeVar

import streamlit as st

from core.codec import dumps, from_plain, to_plain
from core.errors import BadInput

T = TypeVar("T")
MOST_LETTERS = 4_000


def from_link(name: str, kind: type[T]) -> T | None:
    """The request of that name in the URL, else the one this session had; None without either.

    Raises BadInput when the URL holds something else. What it names is checked by whoever uses it.
    """
    written = st.query_params.get(name)
    if written is None:
        return st.session_state.get(f"asked_{name}")
    if len(written) > MOST_LETTERS:
        raise BadInput("link_unreadable")
    try:
        plain = json.loads(written)
    except (ValueError, RecursionError):
        raise BadInput("link_unreadable") from None
    return from_plain(kind, plain)


def into_link(name: str, request: object) -> None:
    """Let the URL say what is shown; fields that are as by default are left out to keep it short."""
    default = to_plain(type(request)(**{f: getattr(request, f) for f in _required(type(request))}))
    plain = to_plain(request)
    short = {k: v for k, v in plain.items() if v != default.get(k) or k in _required(type(request))}
    written = dumps(short)
    st.session_state[f"asked_{name}"] = request
    if st.query_params.get(name) != written:
        st.query_params[name] = written


def forget_link(name: str) -> None:
    st.session_state.pop(f"asked_{name}", None)
    st.query_params.pop(name, None)


def _required(kind: type) -> list[str]:
    import dataclasses

    missing = dataclasses.MISSING
    return [f.name for f in dataclasses.fields(kind) if f.default is missing and f.default_factory is missing]
