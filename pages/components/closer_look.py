"""Where one model, or two beside each other, are right and wrong, from stored test predictions."""

from collections.abc import Iterator

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.domain import Run
from core.evaluation import curves
from core.runs.records import Record
from core.sentences import say
from core.studies.standings import predictions, trained
from pages.components import class_charts, number_charts, session
from pages.components.charts import show
from pages.components.mistaken_files import cell_opener, draw_mistaken_files
from pages.components.models_table import target_unit
from pages.components.tables import joined
from pages.components.threshold import draw_threshold

MOST_CLASSES_SMALL = 8  # classes whose confusion matrix is readable in a third of the page


def draw_closer_look(run: Run) -> None:
    """Choose one or two models; their figures, for classes or for numbers."""
    records = trained(session.store(), run)
    if not records:
        return
    st.subheader("A closer look", anchor=False)
    chosen = _choose(run, records)
    if run.spec.task.kind == "binary":
        draw_threshold(run, chosen)
    if run.spec.task.classes:
        _draw_classes(run, chosen)
        draw_mistaken_files(run, chosen[0])
    else:
        _draw_numbers(run, chosen)


def _choose(run: Run, records: tuple[Record, ...]) -> list[Record]:
    by_number = {r.number: r for r in records}

    def title(number: int) -> str:
        return by_number[number].title if number in by_number else "–"

    with st.container(horizontal=True):
        first = st.selectbox(
            "Model", list(by_number), format_func=title, key=f"closer_{run.id}", width=320, help="The recommended one first."
        )  # fmt: skip
        others = [-1, *(n for n in by_number if n != first)]
        second = st.selectbox(
            "Beside it", others, format_func=title, key=f"closer_second_{run.id}", width=320
        )
    return [by_number[n] for n in (first, second) if n in by_number]


def _draw_classes(run: Run, chosen: list[Record]) -> None:
    task = run.spec.task
    answers = {r.title: predictions(session.store(), run, r.number) for r in chosen}
    y = next(iter(answers.values()))[0]
    matrices = {title: curves.confusion_matrix(y, p, task) for title, (y, p) in answers.items()}
    rocs = {title: curves.roc(y, p, task) for title, (y, p) in answers.items()}
    recalls = {title: curves.precision_recall(y, p, task) for title, (y, p) in answers.items()}
    open_cell = cell_opener(run, chosen[0])
    places = _places(len(matrices) + 2, len(task.classes))
    for number, (title, matrix) in enumerate(matrices.items()):
        with next(places):
            show(
                class_charts.confusion_chart(matrix, model=title),
                key=f"confusion_{number}",
                alt=f"Confusion matrix of {title}: {_right(matrix):.1%} of the test rows are right",
                numbers=matrix,
                file_name="confusion_matrix",
                explanation=say("figure.confusion_opens" if open_cell and not number else "figure.confusion"),
                on_points=None if number else open_cell,
            )
    positive = task.positive_class if task.kind == "binary" else None
    with next(places):
        show(
            class_charts.roc_chart(rocs, positive=positive),
            key="roc",
            alt=f"ROC curves of {', '.join(answers)}",
            numbers=joined(rocs, "model"),
            file_name="roc",
            explanation=say("figure.roc"),
        )
    with next(places):
        show(
            class_charts.precision_recall_chart(
                recalls, positive=positive, base_rate=curves.base_rate(y, task)
            ),
            key="precision_recall",
            alt=f"Precision and recall of {', '.join(answers)}",
            numbers=joined(recalls, "model"),
            file_name="precision_recall",
            explanation=say("figure.precision_recall"),
        )


def _places(n_figures: int, n_classes: int) -> Iterator[DeltaGenerator]:
    """Where figures go: three in a row where they are small, else two."""
    in_row = 3 if n_figures == 3 and n_classes <= MOST_CLASSES_SMALL else 2
    while True:
        yield from st.columns(in_row)


def _right(matrix) -> float:
    return matrix.loc[matrix["true"] == matrix["predicted"], "n"].sum() / max(matrix["n"].sum(), 1)


def _draw_numbers(run: Run, chosen: list[Record]) -> None:
    target, unit = run.spec.task.target, target_unit(run)
    answers = {r.title: predictions(session.store(), run, r.number) for r in chosen}
    points = {title: curves.predicted_against_actual(y, p) for title, (y, p) in answers.items()}
    bars = {title: curves.residual_histogram(y, p) for title, (y, p) in answers.items()}
    left, right = st.columns(2)
    with left:
        show(
            number_charts.predicted_actual_chart(points, target=target, unit=unit),
            key="predicted_actual",
            alt=f"Predicted against actual values of {', '.join(answers)} on test rows",
            numbers=joined(points, "model"),
            file_name="predicted_against_actual",
            explanation=say("figure.predicted_actual"),
        )
    with right:
        show(
            number_charts.residual_chart(bars, target=target, unit=unit),
            key="residuals",
            alt=f"Distribution of the errors of {', '.join(answers)} on all test rows",
            numbers=joined(bars, "model"),
            file_name="residuals",
            explanation=say("figure.residuals"),
        )
    if len(next(iter(answers.values()))[0]) > curves.MOST_POINTS:
        st.caption(
            f"Points: {curves.MOST_POINTS} test rows chosen at random. Bars: all; the outermost ones also hold the largest errors."
        )
