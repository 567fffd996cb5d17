"""How columns go together: a heat map, the strongest pairs, the numbers to take away. Computes nothing."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from core.data.relations import Measure, Relations, known_relations, strongest
from core.domain import Dataset
from core.prediction.export import to_csv
from pages.components.charts import laid_out, plain
from pages.components.found_out import found_out

MOST_LABEL = 24
MOST_PAIRS = 30
TITLES: Mapping[Measure, str] = {
    "association": "What suits the pair",
    "pearson": "Pearson",
    "spearman": "Spearman",
    "cramers_v": "Cramér's V",
    "correlation_ratio": "Correlation ratio",
    "missing_together": "Missing together",
}
MEANINGS: Mapping[Measure, str] = {
    "association": "From 0 to 1: Spearman's without its sign between numbers, Cramér's V between words, the correlation ratio between both.",
    "pearson": "From −1 to 1: how close two numbers come to a straight line.",
    "spearman": "From −1 to 1: how steadily one number grows with another, straight or not.",
    "cramers_v": "From 0 to 1: how much one word tells of another, corrected for chance.",
    "correlation_ratio": "From 0 to 1: how far the mean of a number differs from word to word.",
    "missing_together": "From −1 to 1: whether two columns lack values in the same rows.",
}
SIGNED = ("pearson", "spearman", "missing_together")


def draw_relations(dataset: Dataset) -> None:
    """Folded away until asked for; measured then, once for all."""
    place = st.expander("How columns go together", icon=":material/hub:", key="relations", on_change="rerun")
    if not place.open:
        return
    with place:
        found = found_out(
            "relate",
            dataset,
            lambda: known_relations(dataset),
            subject=(dataset.id, dataset.columns),
            doing="Relating columns",
            again="Relate them again",
        )
        if found is not None:
            _draw(dataset, found)


def _draw(dataset: Dataset, found: Relations) -> None:
    usable = [m for m in TITLES if any(v is not None for row in _pairs(found, m) for v in row)]
    if not usable:
        st.caption("No two columns can be related: there are too few, or they do not vary.")
        return
    measure = st.selectbox(
        "Measure", usable, format_func=TITLES.__getitem__, key=f"measure_{dataset.id}", width=280
    )
    st.caption(f"{MEANINGS[measure]} {_measured_on(found)}")
    left, right = st.columns([3, 2])
    with left:
        st.plotly_chart(
            heat_map(found, measure), key="relations_map", theme="streamlit", config={"displayModeBar": False},
            alt=f"Heat map of {TITLES[measure]} between {len(found.names)} columns",
        )  # fmt: skip
    with right:
        st.dataframe(
            strongest(found, measure, MOST_PAIRS), hide_index=True, height=420, key="relations_pairs",
            alt="The strongest pairs",
            column_config={
                "first": st.column_config.TextColumn("Column"),
                "second": st.column_config.TextColumn("goes with"),
                "value": st.column_config.NumberColumn(TITLES[measure], format="%.3f"),
            },
        )  # fmt: skip
    st.download_button(
        "All pairs as CSV", lambda: to_csv(strongest(found, measure, len(found.names) ** 2)),
        f"relations_{measure}.csv", "text/csv", icon=":material/download:", key="relations_csv", type="tertiary",
        on_click="ignore",
    )  # fmt: skip


def _pairs(found: Relations, measure: Measure) -> list[list[float | None]]:
    """The values without those of a column with itself."""
    return [[v for j, v in enumerate(row) if i != j] for i, row in enumerate(found.tables[measure])]


def _measured_on(found: Relations) -> str:
    said = f"Measured on {'all' if found.n_rows == found.of_rows else 'a sample of'} {found.n_rows:,} rows"
    if found.n_rows < found.of_rows:
        said += f" out of {found.of_rows:,}"
    if found.n_left_out:
        said += f", for the target and the first other columns: {found.n_left_out:,} more are left out"
    return f"{said}."


def heat_map(found: Relations, measure: Measure):
    """Every column with every other; a gap where the measure does not apply."""
    import plotly.graph_objects as go

    table = pd.DataFrame(found.tables[measure], dtype=float)
    labels = [_label(i, name) for i, name in enumerate(found.names)]
    kept = [i for i in range(len(labels)) if table.drop(index=i)[i].notna().any()]
    table = table.iloc[kept, kept]
    shown = [labels[i] for i in kept]
    figure = go.Figure(
        go.Heatmap(
            z=table.to_numpy(), x=shown, y=shown, zmin=-1 if measure in SIGNED else 0, zmax=1,
            colorscale="RdBu_r" if measure in SIGNED else "Viridis", hoverongaps=False, xgap=1, ygap=1,
            hovertemplate="%{y}<br>%{x}<br>%{z:.3f}<extra></extra>",
        )
    )  # fmt: skip
    laid_out(figure, TITLES[measure], height=max(360, min(900, 160 + 22 * len(kept))))
    figure.update_xaxes(tickangle=-60, automargin=True, showgrid=False)
    figure.update_yaxes(autorange="reversed", automargin=True, showgrid=False)
    return figure


def _label(position: int, name: str) -> str:
    """A column's name as a tick: not too long; two that would look alike are told apart by their place."""
    short = name if len(name) <= MOST_LABEL else f"{name[: MOST_LABEL - 4]}…{position + 1}"
    return plain(short)
