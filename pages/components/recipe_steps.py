"""The cleaning steps of a dataset as sentences, to be switched, moved, edited, undone and taken away. Runs none."""

import streamlit as st

from core.codec import dumps
from core.data.recipe import sentences
from core.data.recipe_export import as_pandas, as_sql, exported_plan
from core.data.steps import STEPS
from core.domain import Dataset, StepOutcome
from core.sentences import say
from pages.components.recipe_change import (
    delete_step,
    draw_change,
    draw_refusal,
    go,
    history_of,
    move_step,
    switch_step,
)
from pages.components.recipe_form import draw_form
from pages.components.text import escape

EDITED = "recipe_edited"  # the number of the step whose form is open; len(recipe) for a new one


def draw_recipe(dataset: Dataset) -> None:
    """The recipe, and the form of the step that is being added or edited."""
    st.subheader("Cleaning", anchor=False)
    draw_refusal()
    if draw_change(dataset):
        return
    draw_refusal()
    if not dataset.recipe:
        st.caption(
            "The table is as the file had it. Steps that clean it are listed here; the file's own table stays as it is."
        )
    else:
        with st.container(border=True, gap="small", key="recipe"):
            for number, sentence in enumerate(sentences(dataset)):
                _draw_step(dataset, number, sentence)
    with st.container(horizontal=True):
        st.button(
            "Add a step", icon=":material/add:", key="recipe_add", on_click=_edit, args=(dataset, len(dataset.recipe)),
        )  # fmt: skip
        history = history_of(dataset)
        for label, by in (("Undo", -1), ("Redo", 1)):
            st.button(
                label, icon=f":material/{label.lower()}:", key=f"recipe_{label.lower()}", on_click=go,
                args=(dataset, history.at + by if history else 0), disabled=history is None or not history.has(history.at + by),
                help=None if history else say("help.history_unreadable"),
            )  # fmt: skip
        if any(entry.on for entry in dataset.recipe):
            _draw_exports(dataset)
    edited = st.session_state.get(EDITED)
    if edited is not None and edited[0] == dataset.id and edited[1] <= len(dataset.recipe):
        if draw_form(dataset, edited[1]):
            del st.session_state[EDITED]
            st.rerun()


def _edit(dataset: Dataset, number: int) -> None:
    st.session_state[EDITED] = (dataset.id, number)


def _switch(dataset: Dataset, number: int, key: str) -> None:
    """What a toggle calls, and not only where somebody moved it.

    While a change is under way the toggles are not drawn, and Streamlit forgets them; a browser that
    sends them once more with the next run makes every one of them look changed.
    """
    on = st.session_state.get(key, dataset.recipe[number].on)
    if on != dataset.recipe[number].on:
        switch_step(dataset, number, on)


def _draw_step(dataset: Dataset, number: int, sentence: str) -> None:
    entry, outcome, last = dataset.recipe[number], dataset.outcomes[number], len(dataset.recipe) - 1
    step = STEPS[entry.step]
    # another key forgets what was switched before the last change
    key = f"{number}_{st.session_state.get('recipe_changes', 0)}"
    with st.container(horizontal=True, vertical_alignment="center", key=f"recipe_step_{number}"):
        st.toggle(
            f"Step {number + 1}", value=entry.on, key=f"recipe_on_{key}", label_visibility="collapsed",
            on_change=_switch, args=(dataset, number, f"recipe_on_{key}"),
        )  # fmt: skip
        text = f"{step.icon} {number + 1}\\. {escape(sentence)}"
        counts = _counts(outcome)
        st.markdown(f"{text}  \n:gray[{escape(counts)}]" if counts else text, width="stretch")
        for name, icon, help_, off, act, arguments in (
            ("up", "arrow_upward", "Move up", number == 0, move_step, (dataset, number, -1)),
            ("down", "arrow_downward", "Move down", number == last, move_step, (dataset, number, 1)),
            ("edit", "edit", "Edit", False, _edit, (dataset, number)),
            ("delete", "delete", "Delete", False, delete_step, (dataset, number)),
        ):
            st.button(
                "", icon=f":material/{icon}:", key=f"recipe_{name}_{key}", type="tertiary", help=help_, disabled=off,
                on_click=act, args=arguments, width="content",
            )  # fmt: skip


def _counts(outcome: StepOutcome | None) -> str:
    """Rows and cells in figures, where there are any to tell."""
    if outcome is None:
        return ""
    said = []
    if outcome.rows_before != outcome.rows_after:
        said.append(f"{outcome.rows_before:,} → {outcome.rows_after:,} rows")
    said += [f"{name}: {n:,} cells" for name, n in list(outcome.changed.items())[:6]]
    return " · ".join(said)


def _draw_exports(dataset: Dataset) -> None:
    with st.popover("Take it away", icon=":material/download:", key="recipe_exports"):
        st.caption("The same cleaning elsewhere. A hash's salt is left out: put in one of your own.")
        for label, name, content in (
            ("SQL for DuckDB", "clean.sql", lambda: as_sql(exported_plan(dataset))),
            ("SQL for Spark", "clean_spark.sql", lambda: as_sql(exported_plan(dataset), "spark")),
            ("pandas script", "clean.py", lambda: as_pandas(exported_plan(dataset))),
            ("Recipe for the terminal", "recipe.json", lambda: dumps(dataset.recipe, indent=1)),
        ):
            st.download_button(
                label, content, name, "text/plain", icon=":material/download:", key=f"recipe_{name}", on_click="ignore",
            )  # fmt: skip
