"""The models of a run as a table and as intervals. Decides nothing about them."""

from collections.abc import Sequence

import streamlit as st

from core.domain import Run
from core.errors import NotYours
from core.evaluation.metrics import METRICS, metrics_of
from core.prediction.export import to_csv
from core.sentences import say
from core.studies.standings import Standing
from pages.components import session
from pages.components.charts import FAMILIES, interval_chart, show
from pages.components.fold_chart import fold_chart
from pages.components.tables import frame_of, shared_decimals

TRAINING_TIME = "Training time, s"


def draw_models(run: Run, rows: Sequence[Standing]) -> None:
    """Every model with its score on the test rows, what it costs, or why it has no score."""
    metric = METRICS[run.spec.task.metric]
    others = [m for m in metrics_of(run.spec.task.kind) if m.key != metric.key]
    show_others = st.toggle("All metrics", key="all_metrics", persist_state="session")
    shown = others if show_others else []
    places = shared_decimals(row.value for row in rows)
    in_folds = any(row.spread for row in rows)
    table = frame_of(
        {
            "Model": _marked(row),
            "Family": FAMILIES[row.family],
            metric.title: row.value,
            "95 % interval": _interval(row, places),
            "Validation": row.validation,
            **({"Spread": row.spread.deviation if row.spread else None} if in_folds else {}),
            **{m.title: row.metrics.get(m.key) for m in shown},
            "Training time": row.fit_s if row.state == "done" else None,
            "Per row": row.predict_us_per_row if row.state == "done" else None,
            "Size": row.size_bytes if row.state == "done" else None,
            "Remark": _remark(row),
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
            "Family": st.column_config.TextColumn(help=say("help.family")),
            metric.title: number(f"{metric.title} (test)", format=f"%,.{places}f", help=metric.help),
            "Validation": number(
                f"{metric.title} (validation)", format=f"%,.{places}f", help=say("help.validation")
            ),
            "Spread": number("± from fold to fold", format=f"%,.{places}f", help=say("help.spread")),
            **{m.title: number(format=_format(m.key, rows), help=m.help) for m in shown},
            "95 % interval": st.column_config.TextColumn(help=say("help.interval")),
            "Training time": number(TRAINING_TIME, format="%.2f", help=say("help.training_time")),
            "Per row": number("µs a row", format="%.2f", help=say("help.per_row")),
            "Size": number(format="bytes", help=say("help.size")),
            "Remark": st.column_config.TextColumn(width="large", help=say("help.remark")),
        },
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            "★ recommended · the best of each camp is chosen by the validation column, then judged by the test rows"
        )
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
        explanation=say("figure.intervals"),
    )


def draw_folds(run: Run, rows: Sequence[Standing]) -> None:
    """Each model's score in every fold, with their mean and spread; nothing without folds."""
    table = frame_of(
        {"title": row.title, "family": row.family, "is_recommended": row.is_recommended, "fold": fold, "value": value}
        for row in rows
        if row.spread and row.family != "trivial"  # it is always alike, and would stretch the axis
        for fold, value in enumerate(row.folds, start=1)
    )  # fmt: skip
    if table.empty:
        return
    metric = METRICS[run.spec.task.metric]
    spreads = {row.title: row.spread for row in rows if row.title in set(table["title"])}
    said = ", ".join(f"{name} {s.mean:.4g} ± {s.deviation:.2g}" for name, s in spreads.items())
    show(
        fold_chart(
            table, spreads, metric=metric.title, unit=target_unit(run) if metric.in_target_units else None
        ),
        key="folds",
        alt=f"{metric.title} of {len(spreads)} models fold by fold: {said}",
        numbers=table,
        file_name="folds",
        explanation=say("figure.folds"),
    )


def draw_settled(run: Run, rows: Sequence[Standing]) -> None:
    """The models of a run without test scores: how far each is, judged by the validation rows."""
    metric = METRICS[run.spec.task.metric]
    st.dataframe(
        frame_of(
            {
                "Model": row.title,
                "Family": FAMILIES[row.family],
                "State": say(f"state.{row.state}"),
                "Validation": row.validation,
                "Training time": row.fit_s if row.state == "done" else None,
                "Remark": _remark(row),
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
                format=f"%,.{shared_decimals(r.validation for r in rows)}f",
                help=metric.help,
            ),
            "Training time": st.column_config.NumberColumn(
                TRAINING_TIME, format="%.2f", help=say("help.training_time")
            ),
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


def _remark(row: Standing) -> str:
    return " · ".join(text for text in (row.remark, _role(row), row.note) if text)


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
    return f"%,.{shared_decimals(row.metrics.get(metric) for row in rows)}f"


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
            **({"folds_deviation": row.spread.deviation} if row.spread else {}),
            **{m: v for m, v in row.metrics.items() if m != metric},
            "fit_s": row.fit_s,
            "predict_us_per_row": row.predict_us_per_row,
            "size_bytes": row.size_bytes,
            "remark": _remark(row),
        }
        for row in rows
    )
