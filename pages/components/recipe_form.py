"""A cleaning step's form: which step, its settings over the columns there are, and what it would do. Applies none."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from core.data.previewing import Preview, columns_before, preview
from core.data.steps import STEPS, Columns, Setting
from core.domain import Dataset, RecipeStep
from core.errors import FathomError
from pages.components import session
from pages.components.recipe_change import add_step, replace_step
from pages.components.text import distinct, escape


def draw_form(dataset: Dataset, number: int) -> bool:
    """The form of the step of that number, a new one behind the last; whether it is done with."""
    entry = dataset.recipe[number] if number < len(dataset.recipe) else None
    # settings belong to a place in a state of the recipe
    prefix = f"step_{dataset.id}_{number}_{st.session_state.get('recipe_changes', 0)}"
    with st.container(border=True, key="recipe_form"):
        keys = list(STEPS)
        key = st.selectbox(
            "What to do", keys, index=keys.index(entry.step) if entry else 0, format_func=lambda k: STEPS[k].title,
            key=f"{prefix}_step", disabled=entry is not None, width=360,
        )  # fmt: skip
        step = STEPS[key]
        st.caption(step.summary)
        columns = columns_before(dataset, number)
        given = dict(entry.params) if entry else {}
        params = _draw_settings(step.settings, columns, given, f"{prefix}_{key}", dataset)
        made = RecipeStep(step=key, params=params, on=entry.on if entry else True)
        problem = _problem(made, columns)
        if problem and _is_begun(params, step.settings):
            st.caption(f":orange[{escape(problem)}]")
        with st.container(horizontal=True):
            done = st.button(
                "Save" if entry else "Add", type="primary", icon=":material/check:", key=f"{prefix}_apply",
                disabled=problem is not None,
            )  # fmt: skip
            left = st.button("Cancel", key=f"{prefix}_cancel")
        if done:
            if entry is None:
                add_step(dataset, made)
            else:
                replace_step(dataset, number, made)
        elif problem is None and not left:
            _draw_preview(dataset, number, made)
    return done or left


def _is_begun(params: Mapping[str, Any], settings: tuple[Setting, ...]) -> bool:
    """Whether anything was filled in: nobody is told off for a form that has just opened."""

    def plain(value: Any) -> Any:
        return tuple(value) if isinstance(value, list) else value

    return any(s.name in params and plain(params[s.name]) != plain(s.default) for s in settings)


def _problem(made: RecipeStep, columns: Columns) -> str | None:
    try:
        STEPS[made.step].settle(made.params, columns)
    except FathomError as error:
        return str(error)
    return None


def _draw_settings(
    settings: tuple[Setting, ...], columns: Columns, given: dict[str, Any], prefix: str, dataset: Dataset
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    meant: dict[str, Any] = {s.name: s.default for s in settings}
    for setting in settings:
        if not setting.is_meant(meant):
            continue
        value = _field(
            setting, columns, given.get(setting.name, setting.default), f"{prefix}_{setting.name}", dataset
        )
        meant[setting.name] = value
        if value not in (None, "", []):
            values[setting.name] = value
    return values


def _field(setting: Setting, columns: Columns, value: Any, key: str, dataset: Dataset) -> Any:
    common: dict[str, Any] = {"key": key, "help": setting.help or None}
    names = [c.name for c in columns if not setting.kinds or c.kind in setting.kinds]
    match setting.kind:
        case "column":
            place = names.index(value) if value in names else None
            return st.selectbox(
                setting.title, names, index=place, placeholder="Choose a column", width=360, **common
            )
        case "columns":
            chosen = [n for n in value or () if n in names]
            return st.multiselect(
                setting.title, names, default=chosen, placeholder="Choose columns", **common
            )
        case "choice":
            return st.selectbox(
                setting.title, setting.choices, index=setting.choices.index(value), width=360, **common
            )
        case "choices":
            return st.multiselect(setting.title, setting.choices, default=list(value or ()), **common)
        case "boolean":
            return st.toggle(setting.title, value=bool(value), **common)
        case "integer":
            low, high = (None if b is None else int(b) for b in (setting.low, setting.high))
            return st.number_input(
                setting.title, value=int(value), min_value=low, max_value=high, step=1, width=220, **common
            )
        case "decimal":
            return st.number_input(
                setting.title, value=float(value), min_value=setting.low, max_value=setting.high, format="%g", width=220, **common
            )  # fmt: skip
        case "words" | "numbers":
            shown = ", ".join(map(str, value or ()))
            return st.text_input(setting.title, value=shown, placeholder="separated by commas", **common)
        case "pairs":
            return _pairs(setting, columns, value, key)
        case "dataset":
            return _dataset(setting, value, dataset, common)
    return st.text_input(setting.title, value=value or "", width=480, **common)


def _pairs(setting: Setting, columns: Columns, value: Any, key: str) -> list[list[str]]:
    pairs = list(value.items()) if isinstance(value, dict) else list(value or ())
    first = (
        st.column_config.SelectboxColumn("Column", options=[c.name for c in columns], required=True)
        if setting.asks_names
        else st.column_config.TextColumn("Value", required=True)
    )
    table = pd.DataFrame(pairs, columns=["old", "new"], dtype="str")
    edited = st.data_editor(
        table, key=key, num_rows="dynamic", hide_index=True, width=480, alt=setting.title,
        column_config={"old": first, "new": st.column_config.TextColumn("Becomes, or is there")},
    )  # fmt: skip
    if setting.help:
        st.caption(setting.help)
    edited = edited.fillna("")
    return [[old, new] for old, new in zip(edited["old"], edited["new"]) if old]


def _dataset(setting: Setting, value: Any, dataset: Dataset, common: dict[str, Any]) -> str | None:
    others = {
        d.id: f"{d.name} · {d.n_rows:,} rows"
        for d in session.catalog().list(session.owner())
        if d.id != dataset.id
    }
    labels = distinct(others)
    place = list(others).index(value) if value in others else None
    return st.selectbox(
        setting.title, list(others), index=place, format_func=lambda i: labels.get(i, i), width=360,
        placeholder="Choose a dataset", **common,
    )  # fmt: skip


def _draw_preview(dataset: Dataset, number: int, made: RecipeStep) -> None:
    try:
        shown = preview(dataset, (*dataset.recipe[:number], made), number, session.catalog())
    except FathomError as error:
        st.warning(escape(error), icon=":material/error:")
        return
    _draw_counts(shown)
    left, right = st.columns(2)
    with left:
        st.caption("Before" if len(shown.after) else "Rows that go")
        st.dataframe(shown.before, hide_index=True, key="preview_before", alt="Rows before the step")
    with right:
        if len(shown.after):
            st.caption("After")
            st.dataframe(
                shown.after, hide_index=True, key="preview_after", alt="The same rows after the step"
            )
    st.caption(escape("Columns after it: " + ", ".join(f"{c.name} ({c.kind})" for c in shown.columns[:40])))


def _draw_counts(shown: Preview) -> None:
    outcome = shown.outcome
    said = [f"{outcome.rows_before:,} → {outcome.rows_after:,} rows"]
    said += [f"{name}: {n:,} cells change" for name, n in list(outcome.changed.items())[:6]]
    said += [f"{name}: {n:,} become missing" for name, n in list(outcome.lost.items())[:6]]
    of = "" if shown.is_whole else ", counted on the first 50,000 rows"
    st.markdown(f"**Preview** · {escape(' · '.join(said))}{of}")
