"""The models of a run as a table and as intervals. Decides nothing about them."""

from collections.abc import Sequence

import streamlit as st

from core.domain import Run
from core.errors import NotYours
from core.evaluation.metrics import METRICS, metrics_of
from core.prediction.export import to_csv
from core.studies.standings import Standing
from pages.components import session
from pages.components.charts import FAMILIES, interval_chart, show
from pages.components.tables import decimals, frame_of

STATES = {
    "waiting": "waiting",
    "training": "in training",
    "done": "done",
    "failed": "failed",
    "skipped": "skipped",
}


def draw_models(run: Run, rows: Sequence[Standing]) -> None:
    """Every model with its score on the test rows, what it costs, or why it has no score."""
    metric = METRICS[run.spec.task.metric]
    others = [m for m in metrics_of(run.spec.task.kind) if m.key != metric.key]
    show_others = st.toggle("All metrics", key="all_metrics", persist_state="session")
    shown = others if show_others else []
    places = decimals(row.value for row in rows)
    table = frame_of(
        {
            "Model": _marked(row),
            "Family": FAMILIES[row.family],
            metric.title: row.value,
            "95 % interval": _interval(row, places),
            **{m.title: row.metrics.get(m.key) for m in shown},
            "Fit": row.fit_s if row.state == "done" else None,
            "Per row": row.predict_us_per_row if row.state == "done" else None,
            "Size": row.size_bytes if row.state == "done" else None,
            "Remark": row.remark or _role(row),
        }
        for row in rows
    )
    number = st.column_config.NumberColumn
    st.dataframe(
        table,
        key="models",
        hide_index=True,
        height="content",
        placeholder="",
        alt=f"{len(rows)} models with their {metric.title} on the test rows",
        column_config={
            "Model": st.column_config.TextColumn(pinned=True, width="medium"),
            metric.title: number(format=f"%.{places}f", help=metric.help),
            **{m.title: number(format=_format(m.key, rows), help=m.help) for m in shown},
            "95 % interval": st.column_config.TextColumn(
                help="Bootstrap over the test rows: where the value would lie, in 95 of 100 cases, on other rows like these."
            ),
            "Fit": number("Fit, s", format="%.2f", help="Seconds to train it."),
            "Per row": number("µs a row", format="%.2f", help="Microseconds to predict a row, in bulk."),
            "Size": number(format="bytes", help="On disk."),
            "Remark": st.column_config.TextColumn(width="large"),
        },
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("★ recommended · the best of each camp is chosen by the validation rows, not by these")
        st.download_button(
            "Table as CSV",
            data=lambda: to_csv(_everything(rows, metric.key)),
            file_name="models.csv",
            mime="text/csv",
            key="models_csv",
            icon=":material/download:",
            type="tertiary",
            on_click="ignore",
        )


def draw_intervals(run: Run, rows: Sequence[Standing]) -> None:
    """The same scores as points with intervals; nothing where no model has one."""
    table = frame_of(
        {name: getattr(row, name) for name in ("title", "family", "value", "low", "high", "is_recommended")}
        for row in rows
        if row.value is not None
    )
    if table.empty:
        return
    metric = METRICS[run.spec.task.metric]
    best = table.iloc[0]
    show(
        interval_chart(table, metric=metric.title, unit=target_unit(run) if metric.in_target_units else None),
        key="intervals",
        alt=f"{metric.title} of {len(table)} models on the test rows; the highest placed is {best['title']} with {best['value']:.4g}",
        numbers=table,
        file_name="intervals",
    )


def draw_settled(run: Run, rows: Sequence[Standing]) -> None:
    """The models of a run without test scores: how far each is, judged by the validation rows."""
    metric = METRICS[run.spec.task.metric]
    st.dataframe(
        frame_of(
            {
                "Model": row.title,
                "Family": FAMILIES[row.family],
                "State": STATES[row.state],
                "Validation": row.validation,
                "Fit": row.fit_s if row.state == "done" else None,
                "Remark": row.remark,
            }
            for row in rows
        ),
        key="settled",
        hide_index=True,
        height="content",
        placeholder="",
        alt=f"{len(rows)} models of a run without test scores",
        column_config={
            "Validation": st.column_config.NumberColumn(
                f"{metric.title} (validation)",
                format=f"%.{decimals(r.validation for r in rows)}f",
                help=metric.help,
            ),
            "Fit": st.column_config.NumberColumn("Fit, s", format="%.2f"),
            "Remark": st.column_config.TextColumn(width="large"),
        },
    )


def target_unit(run: Run) -> str | None:
    """The unit of the run's target, if its dataset is still there and says so."""
    try:
        return session.catalog().get(run.spec.dataset, session.owner()).column(run.spec.task.target).unit
    except NotYours:
        return None


def _marked(row: Standing) -> str:
    return f"★ {row.title}" if row.is_recommended else row.title


def _role(row: Standing) -> str:
    if not row.is_champion:
        return ""
    return (
        "Best network by the validation rows"
        if row.family == "deep"
        else "Best classic by the validation rows"
    )


def _interval(row: Standing, places: int) -> str:
    if row.low is None or row.high is None:
        return ""
    return f"{row.low:,.{places}f} – {row.high:,.{places}f}"


def _format(metric: str, rows: Sequence[Standing]) -> str:
    return f"%.{decimals(row.metrics.get(metric) for row in rows)}f"


def _everything(rows: Sequence[Standing], metric: str):
    return frame_of(
        {
            "model": row.title,
            "family": row.family,
            "recommended": row.is_recommended,
            "metric": metric,
            "value": row.value,
            "low": row.low,
            "high": row.high,
            "validation": row.validation,
            **{m: v for m, v in row.metrics.items() if m != metric},
            "fit_s": row.fit_s,
            "predict_us_per_row": row.predict_us_per_row,
            "size_bytes": row.size_bytes,
            "remark": row.remark,
        }
        for row in rows
    )
