"""A row to predict as widgets, drawn from a run's contract. Casts nothing: core does, from text."""

import math
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import streamlit as st

from core.data.media import MEDIA
from core.prediction.contract import Contract, Field
from core.prediction.doubts import spoken
from pages.components.media_field import draw_media_field
from pages.components.text import escape

IN_ROW = 3
ROW_PX = 79
FRAME_PX = 20  # what the border and its padding take, less the gap after the last row
MOST_ROWS = 5  # further rows are scrolled to within the form, so that the answer beside it stays in sight
FEW = 4  # fields that are no trouble even one below the other, on a phone
MOST_SHOWN = 30  # further columns are folded away, filled in as typical
MOST_UNFOLDED = 60  # and of these so many are drawn at once: a browser takes seconds for thousands of fields
TYPING_PAUSE = "300ms"
LARGEST_EXACT = 1 << 53  # a browser's numbers are exact up to here


def draw_fields(contract: Contract, *, prefix: str) -> dict[str, Any]:
    """A widget a column, keyed `<prefix>_<place>`; what is filled in, None where nothing is."""
    fields = list(enumerate(contract.fields))
    # what is not drawn stays as it is filled in; of files there is only what is uploaded
    values = {f.name: _sent(st.session_state.get(f"{prefix}_{place}")) for place, f in fields}
    n_texts = sum(f.kind == "text" for f in contract.fields)
    n_rows = min(MOST_ROWS, n_texts + math.ceil((len(fields) - n_texts) / IN_ROW))
    has_files = any(f.kind in MEDIA for f in contract.fields)
    height = "content" if len(fields) <= FEW or has_files else n_rows * ROW_PX + FRAME_PX
    with st.container(border=True, height=height, key="row_form"):
        shown = [p for p in fields if p[1].kind in MEDIA or p[0] < MOST_SHOWN]
        _draw(shown, prefix, values)
        folded = [p for p in fields if p not in shown]
        if folded:
            _draw_folded(folded, prefix, values)
    return values


def _draw_folded(fields: list[tuple[int, Field]], prefix: str, values: dict[str, Any]) -> None:
    unfolded = st.expander(f"{len(fields):,} more columns", key=f"{prefix}_more", on_change="rerun")
    if not unfolded.open:
        return
    with unfolded:
        if len(fields) > MOST_UNFOLDED:
            wanted = st.text_input(
                "Find a column", key=f"{prefix}_find", placeholder="Part of its name", icon=":material/search:",
            ).strip().casefold()  # fmt: skip
            found = [p for p in fields if wanted in p[1].name.casefold()]
            fields = found[:MOST_UNFOLDED]
            st.caption(f"{len(fields):,} of {len(found):,} columns; the others stay as they are filled in.")
        _draw(fields, prefix, values)


def fill(contract: Contract, values: Mapping[str, Any], *, prefix: str) -> None:
    """Put a row's values into the widgets. For a callback, or before they are drawn."""
    for place, f in enumerate(contract.fields):
        st.session_state[f"{prefix}_{place}"] = _shown(f, values.get(f.name))


def as_drawn(contract: Contract, values: Mapping[str, Any]) -> dict[str, Any]:
    """A row's values as `draw_fields` gives them once they are filled in and nobody has changed them."""
    return {f.name: _sent(_shown(f, values.get(f.name))) for f in contract.fields}


def is_filled(contract: Contract, *, prefix: str) -> bool:
    return all(f"{prefix}_{place}" in st.session_state for place in range(len(contract.fields)))


def _draw(fields: list[tuple[int, Field]], prefix: str, values: dict[str, Any]) -> None:
    for place, f in fields:
        if f.kind in MEDIA:
            values[f.name] = draw_media_field(f, escape(f.name), f"{prefix}_{place}")
        elif f.kind == "text":  # a whole line each: they are written, not chosen
            values[f.name] = _sent(_widget(f, f"{prefix}_{place}"))
    fields = [(place, f) for place, f in fields if f.kind not in ("text", *MEDIA)]
    for start in range(0, len(fields), IN_ROW):
        for column, (place, f) in zip(st.columns(IN_ROW), fields[start : start + IN_ROW]):
            with column:
                values[f.name] = _sent(_widget(f, f"{prefix}_{place}"))


def _widget(f: Field, key: str) -> Any:
    label = escape(f"{f.name} ({f.unit})" if f.unit else f.name)
    common: dict[str, Any] = {"key": key, "help": escape(_help(f)), "persist_state": "session"}
    if f.kind == "boolean":
        return st.selectbox(label, ["true", "false"], index=None, placeholder="missing", **common)
    if f.choices:
        return st.selectbox(
            label, f.choices, index=None, placeholder="missing", accept_new_options=True, **common
        )
    if f.kind == "integer" and _is_exact(f):
        return st.number_input(label, value=None, step=1, placeholder="missing", **common)
    if f.kind == "decimal":
        return st.number_input(label, value=None, format="%g", placeholder="missing", **common)
    if f.kind == "date":
        return _date(f, label, common)
    # the answer follows while one writes, at the first pause
    live = TYPING_PAUSE if f.kind == "text" else False
    return st.text_input(label, placeholder="missing", live=live, **common)


def _date(f: Field, label: str, common: dict[str, Any]) -> Any:
    if f.has_time:
        return st.datetime_input(
            label, value=None, min_value=datetime(1, 1, 1), max_value=datetime(9999, 12, 31),
            format="YYYY-MM-DD", **common,
        )  # fmt: skip
    return st.date_input(
        label, value=None, min_value=date(1, 1, 1), max_value=date(9999, 12, 31), format="YYYY-MM-DD", **common
    )  # fmt: skip


def _help(f: Field) -> str:
    if f.hidden:
        seen = "Protected while cleaning: what was in it is not shown."
    elif f.low is not None:
        seen = f"Seen in training: {spoken(f.low, f)} to {spoken(f.high, f)}."
    elif f.choices and not f.knows_all_choices:
        seen = f"The {len(f.choices):,} most frequent of {f.n_choices:,} values; write another if you like."
    elif f.choices:
        seen = f"{f.n_choices:,} values seen in training."
    else:
        seen = ""
    lacking = "Empty means missing" + ("." if f.may_miss else ", which it never was in training.")
    return f"{seen} {lacking}".strip()


def _is_exact(f: Field) -> bool:
    return all(abs(v) < LARGEST_EXACT for v in (f.low, f.high) if v is not None)


def _shown(f: Field, value: Any) -> Any:
    """A plain value as the field's widget holds it."""
    if value is None:
        return None
    if f.kind == "date":
        moment = datetime.fromisoformat(value)
        return moment if f.has_time else moment.date()
    if f.kind == "integer" and not _is_exact(f):
        return str(value)
    return value


def _sent(value: Any) -> Any:
    """A widget's value as the job's payload carries it."""
    return value.isoformat() if isinstance(value, (date, datetime)) else value
