"""The images or sounds behind a confusion matrix: those of a cell, the classes most confused, the surest mistakes. Explains none."""

from collections.abc import Callable

import streamlit as st

from core.domain import Kind, Run
from core.errors import NotYours
from core.evaluation.mistakes import Answered, most_confused, of_cell, surest_mistakes
from core.figures import percent
from core.runs.predictions import load_predictions
from core.runs.records import Record
from core.studies.judged_files import judged_files, media_features
from pages.components import session
from pages.components.clip_cards import clip_cards
from pages.components.gallery import thumbnails
from pages.components.text import escape

MOST_PAIRS = 8
# how many of a cell, and of the surest mistakes
MOST_SHOWN = {"image": (48, 24), "sound": (12, 8)}


def cell_opener(run: Run, record: Record) -> Callable[[list], None] | None:
    """What a click on a cell of the confusion matrix does; None where no files lie behind it."""
    try:
        if not media_features(run, session.catalog(), session.store()):
            return None
    except NotYours:  # the dataset was deleted since
        return None

    def open_cell(points: list) -> None:
        if points:
            true, predicted, *_ = points[0]["customdata"]
            _take_cell(_key(run, record), true, predicted)

    return open_cell


@st.fragment
def draw_mistaken_files(run: Run, record: Record) -> None:
    """For runs that learned from images or sounds; nothing for others."""
    catalog, store = session.catalog(), session.store()
    try:
        columns = media_features(run, catalog, store)
    except NotYours:  # the dataset was deleted since
        return
    if not columns:
        return
    path = store.folder(run.id) / "models" / record.folder / "predictions.parquet"
    rows, y, prediction = load_predictions(path, "test")
    column, kind = next(iter(columns.items()))
    st.markdown(f"**The {kind}s behind it: {escape(record.title)}**")
    cell, sure = st.tabs(["A cell of the matrix", "Most certain but wrong"])
    with cell:
        true, predicted = _choose_cell(run, record, y, prediction)
        found = of_cell(rows, y, prediction, run.spec.task, true=true, predicted=predicted)
        most, _ = MOST_SHOWN[kind]
        rows_were = ("row", "was") if len(found) == 1 else ("rows", "were")
        st.caption(
            f"{len(found):,} test {rows_were[0]} of {escape(true)} {rows_were[1]} taken for {escape(predicted)}"
            + (f"; the {most} surest are shown." if len(found) > most else ".")
        )
        _draw(run, column, kind, found[:most], show_true=False)
    with sure:
        wrong = surest_mistakes(rows, y, prediction, run.spec.task, MOST_SHOWN[kind][1])
        st.caption(
            "Test rows taken for another class, the surest first: true class → answer, and the probability it was given."
            if wrong
            else "No test row was taken for another class."
        )
        _draw(run, column, kind, wrong, show_true=True)


def _choose_cell(run: Run, record: Record, y, prediction) -> tuple[str, str]:
    """A true class and an answer; the pairs most confused are one click away."""
    classes, key = list(run.spec.task.classes), _key(run, record)
    pairs = most_confused(y, prediction, run.spec.task, MOST_PAIRS)
    first = (pairs[0].true, pairs[0].predicted) if pairs else (classes[0], classes[0])
    st.session_state.setdefault(f"{key}_true", first[0])
    st.session_state.setdefault(f"{key}_predicted", first[1])

    if pairs:
        st.caption("Most confused:")
        with st.container(horizontal=True, gap="small"):
            for number, pair in enumerate(pairs):
                st.button(
                    f"{escape(pair.true)} → {escape(pair.predicted)}: {pair.n} of {pair.n_true}",
                    key=f"{key}_pair_{number}", on_click=_take_cell, args=(key, pair.true, pair.predicted),
                )  # fmt: skip
    with st.container(horizontal=True):
        true = st.selectbox("True class", classes, key=f"{key}_true", width=220)
        predicted = st.selectbox("Taken for", classes, key=f"{key}_predicted", width=220)
    return true, predicted


def _key(run: Run, record: Record) -> str:
    return f"cell_{run.id}_{record.number}"


def _take_cell(key: str, true: str, predicted: str) -> None:
    st.session_state[f"{key}_true"], st.session_state[f"{key}_predicted"] = true, predicted


def _draw(run: Run, column: str, kind: Kind, answered: list[Answered], *, show_true: bool) -> None:
    files = judged_files(run, session.catalog(), session.store(), column, [one.row for one in answered])
    shown = [one for one in answered if one.row in files]
    captions = [
        f"{one.true} → {one.predicted}, {percent(one.probability)}" if show_true else percent(one.probability)
        for one in shown
    ]
    beside_each_other = thumbnails if kind == "image" else clip_cards
    beside_each_other([files[one.row] for one in shown], captions)
