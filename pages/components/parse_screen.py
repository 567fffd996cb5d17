"""How a file was read, every decision of it to be changed, and what would come of that. Reads no file itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import streamlit as st

from core.codec import dumps, from_plain
from core.data import dates, numbers
from core.data.preview import Preview, PreviewColumn
from core.jobs.job import ENDED
from core.prediction.export import to_csv
from pages.components import session
from pages.components.progress import follow
from pages.components.text import escape

PATIENCE_S = 3.0
AUTO = "Find out"
ENCODINGS: Mapping[str, str] = {
    "utf-8": "UTF-8", "utf-16": "UTF-16", "cp1252": "Western European (Windows-1252)", "latin-1": "Western European (Latin-1)",
    "mac-roman": "Western European (Mac Roman)",
    "cp1250": "Central European (Windows-1250)", "cp1251": "Cyrillic (Windows-1251)", "gb18030": "Chinese (GBK, GB 18030)",
    "big5": "Chinese (Big5)", "cp932": "Japanese (Shift JIS)", "euc_kr": "Korean (EUC-KR)",
}  # fmt: skip
SEPARATORS: Mapping[str, str] = {
    ",": "Comma ,", ";": "Semicolon ;", "\t": "Tab", "|": "Vertical bar |", "blanks": "Blanks", "wide blanks": "Two blanks or more",
    "": "None: one column",
}  # fmt: skip
QUOTES: Mapping[str, str] = {'"': 'Double "', "'": "Single '", "": "None"}
KINDS = (AUTO, "integer", "decimal", "boolean", "category", "date", "text")
DAYS = ("iso", *(form for form in dates.FORMATS if "HH" not in dates.spoken(form) and form != "iso"))
# what a column's values may be written in, by the words people choose it by
FORMS: Mapping[str, tuple[str, str]] = {
    numbers.PLAIN_SHOWN: ("number_formats", "plain"),
    **{form.shown: ("number_formats", form.key) for form in numbers.FORMS.values()},
    **{dates.spoken(form): ("date_formats", form) for form in DAYS},
}


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What is read: an upload or a dataset's original. given: that as a job's payload. key: of its widgets.

    options: what was asked for when it was read before. part: which file of an archive, which table of
    a database file. refused: why that failed, where the page says so.
    """

    key: str
    name: str
    given: Mapping[str, str]
    options: Mapping[str, Any]
    part: Mapping[str, str] = field(default_factory=dict)
    refused: str | None = None


def draw_parse_screen(subject: Subject) -> dict[str, Any] | None:
    """The decisions and what comes of them; the options once somebody wants the file read with them."""
    before = st.session_state.get(f"seen_{subject.key}")
    seen = from_plain(Preview, before) if before else None
    options = {**_draw_decisions(subject, seen), **_asked_of_columns(subject), **subject.part}
    found = _look(subject, options)
    if found is not None:
        st.session_state[f"seen_{subject.key}"] = found
        if seen is None:
            st.rerun()  # what was found out is said beside each decision
        seen = from_plain(Preview, found)
        _draw_recognised(seen)
        _draw_doubts(subject, seen)
        _draw_columns(subject, seen)
        _draw_rows(seen)
        _draw_aside(subject, seen)
    if st.button(
        "Read it this way",
        type="primary",
        icon=":material/refresh:",
        key="read_again",
        disabled=found is None,
    ):
        return options
    return None


def _draw_decisions(subject: Subject, seen: Preview | None) -> dict[str, Any]:
    known = seen.options if seen else {}
    asked: dict[str, Any] = {}
    with st.container(horizontal=True, gap="medium"):
        if seen is None or "encoding" in known:
            asked["encoding"] = _choice("Encoding", "encoding", ENCODINGS, known, subject, 270)
            asked["separator"] = _choice("Separator", "separator", SEPARATORS, known, subject, 220, more=True)
            asked["quote"] = _choice("Quotation mark", "quote", QUOTES, known, subject, 190)
        if seen is not None and "sheet" in seen.choices:
            sheets = {name: name for name in seen.choices["sheet"]}
            asked["sheet"] = _choice("Sheet", "sheet", sheets, known, subject, 220)
        if seen is None or "header_rows" in known:
            asked["header_rows"] = _count("Rows of names", "header_rows", known, subject)
            asked["skip"] = _count("Lines above them", "skip", known, subject)
    return {name: value for name, value in asked.items() if value is not None}


def _choice(
    label: str,
    name: str,
    titles: Mapping[str, str],
    known: Mapping[str, Any],
    subject: Subject,
    width: int,
    more: bool = False,
) -> str | None:
    """One decision; None for what is to be found out, which stands where nothing is chosen."""
    asked, found = subject.options.get(name), known.get(name)
    choices = list(dict.fromkeys([*titles, *([asked] if asked is not None else [])]))
    picked = st.selectbox(
        label, choices, index=None if asked is None else choices.index(asked), format_func=lambda v: titles.get(v, v),
        key=f"read_{name}_{subject.key}", width=width, accept_new_options=more,
        placeholder=AUTO if found is None else f"{AUTO}: {titles.get(found, found)}",
    )  # fmt: skip
    return _meant(picked, titles) if more else picked


def _meant(typed: str | None, titles: Mapping[str, str]) -> str | None:
    """What somebody typed: the choice whose title begins so, such as "semi" for a semicolon, or itself."""
    if typed is None or typed in titles or len(typed) < 2:
        return typed
    fitting = [key for key, title in titles.items() if title.casefold().startswith(typed.strip().casefold())]
    return fitting[0] if len(fitting) == 1 else typed


def _count(label: str, name: str, known: Mapping[str, Any], subject: Subject) -> int | None:
    found = known.get(name)
    return st.number_input(
        label, min_value=0, max_value=1000, value=subject.options.get(name), step=1, key=f"read_{name}_{subject.key}", width=170,
        placeholder=AUTO if found is None else f"{AUTO}: {found}",
    )  # fmt: skip


def _look(subject: Subject, options: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """How the file would be read, from a job; None while it is looked at, or when it is refused, said so."""
    looks = st.session_state.setdefault("looks", {})
    wanted = dumps([subject.given, options])
    if looks.get(subject.key, {}).get("of") != wanted:
        payload = {**subject.given, "name": subject.name, "options": dict(options)}
        job = session.queue().put(kind="preview", lane="data", owner=session.owner(), payload=payload)
        session.queue().wait(job.id, PATIENCE_S)
        looks[subject.key] = {"of": wanted, "job": job.id}
    job = follow(looks[subject.key]["job"], f"Looking at {subject.name}")
    if job.state == "succeeded":
        return job.result
    if job.state in ENDED and job.error != subject.refused:
        st.error(escape(job.error or "It was not looked at."), icon=":material/error:")
    return None


def _draw_recognised(seen: Preview) -> None:
    rows = _of(seen.n_rows, "row") if seen.is_whole else f"The first {_of(seen.n_rows, 'row')}"
    parts = [f"{rows} and {_of(seen.n_columns, 'column')}"]
    if seen.n_rejected:
        parts.append(f"{_of(seen.n_rejected, 'row')} rejected")
    n_notes = len(seen.aside) - sum(_is_rejected(one) for one in seen.aside)
    if n_notes:
        parts.append(f"{_of(n_notes, 'line')} around the table kept aside")
    st.markdown(f"**{' · '.join(parts)}**")


def _of(n: int, noun: str) -> str:
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


def _draw_doubts(subject: Subject, seen: Preview) -> None:
    """What the file leaves open is asked: day or month first, thousand or one."""
    for column in seen.columns:
        if not column.doubt:
            continue
        speak = dates.spoken if column.kind == "date" else numbers.spoken
        key = "date_formats" if column.kind == "date" else "number_formats"
        picked = st.segmented_control(
            f"In **{escape(column.name)}**, how is {escape(column.examples[0] if column.examples else 'it')} written?",
            column.doubt, format_func=speak, default=column.doubt[0], required=True,
            key=f"doubt_{subject.key}_{column.name}",
        )  # fmt: skip
        if picked is not None and picked != column.doubt[0]:
            _ask(subject, column.name, key, picked)
            st.rerun()


def _draw_columns(subject: Subject, seen: Preview) -> None:
    asked = _asked_of_columns(subject)
    shown = {**FORMS, **{c.written: FORMS.get(c.written, ("", "")) for c in seen.columns if c.written}}
    table = pd.DataFrame([_column_row(column, asked) for column in seen.columns])
    edited = st.data_editor(
        table, hide_index=True, key=f"read_columns_{subject.key}_{st.session_state.get(f'n_asked_{subject.key}', 0)}",
        disabled=["column", "found", "examples"], alt="Columns with kind and written form, to be chosen",
        column_config={
            "column": st.column_config.TextColumn("Column", pinned=True, width=170),
            "found": st.column_config.TextColumn("Found", width=170),
            "kind": st.column_config.SelectboxColumn("Read as", options=KINDS, required=True, width=110),
            "form": st.column_config.SelectboxColumn("Written as", options=[AUTO, *shown], required=True, width=150),
            "examples": st.column_config.TextColumn("Examples", width=260),
        },
    )  # fmt: skip
    changed = False
    for column, kind, form, old_kind, old_form in zip(
        edited["column"], edited["kind"], edited["form"], table["kind"], table["form"]
    ):
        if kind != old_kind:
            _ask(subject, column, "kinds", None if kind == AUTO else kind)
            changed = True
        if form != old_form:
            key, value = FORMS.get(form, ("", ""))
            for name in ("date_formats", "number_formats"):
                _ask(subject, column, name, value if name == key else None)
            changed = True
    if changed:
        st.rerun()


def _column_row(column: PreviewColumn, asked: Mapping[str, Any]) -> dict[str, str]:
    number = asked.get("number_formats", {}).get(column.name)
    date = asked.get("date_formats", {}).get(column.name)
    form = numbers.spoken(number) if number else dates.spoken(date) if date else AUTO
    kind = "words" if column.kind in ("category", "text") else column.kind
    found = " · ".join(filter(None, (kind, column.written, column.unit)))
    return {
        "column": column.name, "found": found, "kind": asked.get("kinds", {}).get(column.name, AUTO), "form": form,
        "examples": ", ".join(column.examples),
    }  # fmt: skip


def _asked_of_columns(subject: Subject) -> dict[str, dict[str, str]]:
    """What was said of single columns: kinds, date_formats, number_formats by name."""
    first = {key: dict(subject.options.get(key) or {}) for key in ("kinds", "date_formats", "number_formats")}
    asked = st.session_state.setdefault(f"asked_{subject.key}", first)
    return {key: dict(values) for key, values in asked.items() if values}


def _ask(subject: Subject, column: str, key: str, value: str | None) -> None:
    asked = st.session_state[f"asked_{subject.key}"]
    if value is None:
        asked[key].pop(column, None)
    else:
        asked[key][column] = value
    n_asked = f"n_asked_{subject.key}"  # another key for the table, so that no edit counts twice
    st.session_state[n_asked] = st.session_state.get(n_asked, 0) + 1


def _draw_rows(seen: Preview) -> None:
    frame = pd.DataFrame(list(seen.rows), columns=[column.name for column in seen.columns])
    st.caption(f"The first {len(frame):,} rows as they stand in the file")
    st.dataframe(frame, hide_index=True, height=300, key="read_rows", alt="The first rows as they stand")


def _is_rejected(one: Mapping[str, str]) -> bool:
    return one["reason"] not in ("above the table", "below the table")


def _draw_aside(subject: Subject, seen: Preview) -> None:
    if not seen.aside:
        return
    st.caption("Kept aside: lines that are no rows of the table")
    st.dataframe(
        pd.DataFrame(list(seen.aside)), hide_index=True, key="read_aside", alt="Lines kept aside with their reason",
        column_config={"line": "Line", "reason": "Reason", "text": st.column_config.TextColumn("Text", width="large")},
    )  # fmt: skip
    st.download_button(
        "These lines as CSV", lambda: to_csv(pd.DataFrame(list(seen.aside))), "kept-aside.csv", "text/csv",
        icon=":material/download:", key="read_aside_csv", on_click="ignore",
    )  # fmt: skip
