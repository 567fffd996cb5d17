"""Inside one model of a finished run: its surest mistakes, the words it goes by, the kinds of column, a map. Computes nothing."""

import streamlit as st

from core.architectures import ARCHITECTURES
from core.data.media import MEDIA
from core.domain import Run
from core.errors import FathomError
from core.explanation.film import epoch_maps
from core.explanation.mistakes import Mistake, surest_mistakes
from core.prediction.contract import Contract, load_contract
from core.prediction.examples import row_numbered
from core.runs.records import Record
from core.sentences import say
from core.studies.standings import trained
from pages.components import session
from pages.components.asked import asked
from pages.components.inside_charts import film_chart, landscape_chart
from pages.components.kinds_view import draw_kinds
from pages.components.media_field import draw_medium
from pages.components.tables import frame_of
from pages.components.text import escape
from pages.components.words_said import draw_words

MAPS = {
    "pca": "Two main directions (PCA)",
    "tsne": "Neighbourhoods (t-SNE)",
    "film": "Epoch by epoch",
}
MISTAKES, WORDS, KINDS, MAP = "Surest mistakes", "Telling words", "Kinds of column", "Map of the last layer"


@st.fragment
def draw_inside(run: Run) -> None:
    """Choose a model and what to look at; nothing where no view serves the run."""
    records = trained(session.store(), run)
    contract = load_contract(session.store().folder(run.id))
    has_texts = any(f.kind == "text" for f in contract.fields)
    if not records:
        return
    views = [v for v in (MISTAKES, WORDS) if has_texts and run.spec.task.classes]
    views += [KINDS] if len({f.kind for f in contract.fields}) > 1 else []
    views += [MAP] if any(r.key in ARCHITECTURES for r in records) else []
    if not views:
        return
    st.subheader("Inside a model", anchor=False)
    titles = {r.number: r for r in records}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        number = st.selectbox(
            "Model", list(titles), format_func=lambda n: titles[n].title if n in titles else "–",
            key=f"inside_{run.id}", width=320,
        )  # fmt: skip
        view = st.segmented_control(
            "Look at", views, default=views[0], required=True, key=f"inside_view_{run.id}", label_visibility="collapsed"
        )  # fmt: skip
    record = titles[number]
    if len(record.voices) > 1:
        st.caption(say("explain.first_fold", n=len(record.voices)))
    match view:
        case "Surest mistakes":
            _draw_mistakes(run, contract, record)
        case "Telling words":
            _draw_telling(run, records, record)
        case "Kinds of column":
            draw_kinds(run, record)
        case _:
            _draw_map(run, contract, records, record)


def _draw_mistakes(run: Run, contract: Contract, record: Record) -> None:
    try:
        mistakes = surest_mistakes(session.store(), session.catalog(), run, record.number)
    except FathomError as error:
        st.info(escape(error), icon=":material/info:")
        return
    if not mistakes:
        st.success(say("mistakes.none"), icon=":material/check_circle:")
        return
    st.caption(say("mistakes.how"))
    left, right = st.columns(2, gap="medium")
    with left:
        chosen = _choose_mistake(run, record, mistakes)
    with right:
        _draw_row(run, contract, record, chosen.row, about=chosen.answer, key="mistake")


def _choose_mistake(run: Run, record: Record, mistakes: tuple[Mistake, ...]) -> Mistake:
    event = st.dataframe(
        frame_of(
            {
                "Certain by": m.certainty,
                "Answer": m.answer,
                "Truth": m.truth,
                "Text": " · ".join(t for t in m.texts.values() if t),
                "Row": m.number,
            }
            for m in mistakes
        ),
        key=f"mistakes_{run.id}_{record.number}",
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        alt="Test rows that the model got wrong, the most certain first",
        column_config={
            "Certain by": st.column_config.NumberColumn(format="percent"),
            "Row": st.column_config.NumberColumn(format="localized"),
        },
    )
    rows = event.selection.rows
    return mistakes[rows[0] if rows and rows[0] < len(mistakes) else 0]


def _draw_row(run: Run, contract: Contract, record: Record, row: int, *, about: str | None, key: str) -> None:
    """One row of the run, its texts with what they say to the model."""
    try:
        example = row_numbered(session.store(), session.catalog(), run, contract, row)
    except FathomError as error:
        st.info(escape(error), icon=":material/info:")
        return
    if example is None:
        st.info(say("mistakes.no_row"), icon=":material/info:")
        return
    st.markdown(f"**Row {example.number:,}** · truth: {escape(example.truth)}")
    for f in contract.fields:
        if f.kind in MEDIA and example.values.get(f.name):
            draw_medium(f, example.values[f.name])
    if any(f.kind == "text" for f in contract.fields):
        payload = {"run": run.id, "model": record.number, "row": dict(example.values), "about": about}
        result = asked("words", payload, lane="interactive", doing="Reading the words", key=f"{key}_words")
        for place, said in enumerate(result["said"] if result else ()):
            draw_words(said, about=result["about"], key=f"{key}_{place}")
    others = {f.name: example.values.get(f.name) for f in contract.fields if f.kind not in ("text", *MEDIA)}
    if others:
        st.dataframe(
            frame_of({"Column": name, "Value": _said(value)} for name, value in others.items()),
            hide_index=True, key=f"{key}_others", alt="The other columns of the row", height="content",
        )  # fmt: skip


def _said(value: object) -> str:
    """A plain value in a table of all kinds: a day without its midnight."""
    return "" if value is None else str(value).removesuffix("T00:00:00")


def _draw_telling(run: Run, records: tuple[Record, ...], record: Record) -> None:
    linear = next((r for r in records if r.key == "words_logistic"), None)
    if linear is None:
        st.info(say("telling.no_linear"), icon=":material/info:")
        return
    if record.number != linear.number:
        st.caption(say("telling.of_linear", title=escape(linear.title)))
    payload = {"run": run.id, "model": linear.number, "row": None}
    result = asked("words", payload, lane="interactive", doing="Reading the words", key="telling")
    if result is None:
        return
    rows = result["telling"]
    classes = list(dict.fromkeys(r["class"] for r in rows))
    for start in range(0, len(classes), 3):
        for column, name in zip(st.columns(3), classes[start : start + 3]):
            with column:
                st.markdown(f"**{escape(name)}**")
                st.dataframe(
                    frame_of(
                        {"Words": r["words"], "Weight": r["weight"], "In rows": r["share"]}
                        for r in rows
                        if r["class"] == name
                    ),
                    hide_index=True, key=f"telling_{run.id}_{classes.index(name)}",
                    alt=f"The words that speak most for {name}",
                    column_config={
                        "Weight": st.column_config.NumberColumn(format="%+.2f"),
                        "In rows": st.column_config.NumberColumn(format="percent"),
                    },
                )  # fmt: skip
    st.caption(say("telling.how"))


def _draw_map(run: Run, contract: Contract, records: tuple[Record, ...], record: Record) -> None:
    if record.key not in ARCHITECTURES:
        record = next(r for r in records if r.key in ARCHITECTURES)
        st.caption(say("landscape.of_network", title=escape(record.title)))
    method = st.segmented_control(
        "Drawn by", list(MAPS), default="pca", required=True, key=f"map_method_{run.id}", format_func=MAPS.get
    )  # fmt: skip
    if method == "film":
        _draw_film(run, contract, record)
        return
    payload = {"run": run.id, "model": record.number, "method": method}
    lane = "interactive" if method == "pca" else "batch"
    found = asked("landscape", payload, lane=lane, doing="Drawing the map", key=f"map_{method}")
    if found is None:
        return
    figure = landscape_chart(found, task=run.spec.task)
    event = st.plotly_chart(
        figure, key=f"map_{run.id}_{record.number}_{method}", theme="streamlit", on_select="rerun",
        selection_mode="points", config={"displayModeBar": False},
        alt=f"Test rows by the last layer of {record.title}: rows that look alike to it lie together",
    )  # fmt: skip
    if method == "pca":
        st.caption(say("figure.map_pca", share=f"{found['explained']:.0%}"))
    else:
        st.caption(say("figure.map_tsne"))
    points = event.selection.points
    if points:
        number = int(points[0]["customdata"][0])
        _draw_row(run, contract, record, _row_of(run, number), about=None, key="point")


def _draw_film(run: Run, contract: Contract, record: Record) -> None:
    """The map after each kept epoch, on the same axes."""
    try:
        found = epoch_maps(session.store(), run, record)
    except FathomError as error:
        st.info(escape(error), icon=":material/info:")
        return
    event = st.plotly_chart(
        film_chart(found, task=run.spec.task), key=f"film_{run.id}_{record.number}", theme="streamlit",
        on_select="rerun", selection_mode="points", config={"displayModeBar": False},
        alt=f"Validation rows by the last layer of {record.title}, epoch by epoch",
    )  # fmt: skip
    st.caption(
        say(
            "figure.map_film",
            n=f"{len(found.rows):,}",
            best=found.best_epoch,
            share=f"{found.explained:.0%}",
        )
    )
    if event.selection.points:
        row = int(event.selection.points[0]["customdata"][0]) - 1
        _draw_row(run, contract, record, row, about=None, key="film_point")


def _row_of(run: Run, number: int) -> int:
    """The run's number, from 0, of a row with that number in its file, from 1."""
    first = 0
    if run.spec.split.strategy == "file":
        first = session.catalog().get(run.spec.dataset, run.owner).n_rows
    return number - 1 + first
