"""Which kind of column carries a model's signal: quickly, by mixing kinds up, and thoroughly, by training without them. Computes nothing."""

import streamlit as st

from core.domain import Run
from core.errors import FathomError
from core.evaluation.metrics import METRICS
from core.jobs.job import ENDED
from core.runs.records import Record
from core.sentences import say
from core.studies.start import start_run
from core.studies.without_kinds import Without, without_kinds
from pages.components import session
from pages.components.asked import asked, is_asked
from pages.components.charts import show
from pages.components.inside_charts import kinds_chart, losses_chart
from pages.components.tables import frame_of
from pages.components.text import escape

LOOK_EVERY_S = 2.0


def draw_kinds(run: Run, record: Record) -> None:
    _draw_mixed_up(run, record)
    st.markdown("**Trained again without each kind**")
    try:
        if _is_under_way(_entries(run, record, judged=False)):
            _follow(run, record)
        else:
            _draw_without(run, record, _entries(run, record, judged=True))
    except FathomError as error:
        st.info(escape(error), icon=":material/info:")


def _draw_mixed_up(run: Run, record: Record) -> None:
    key = f"kinds_{run.id}_{record.number}"
    st.caption(say("kinds.how"))
    if not is_asked(key) and not st.button("Measure it", icon=":material/science:", key=f"ask_{key}"):
        return
    payload = {"run": run.id, "model": record.number}
    result = asked("kinds", payload, lane="batch", doing="Mixing up one kind after another", key=key)
    if result is None:
        return
    worth = result["worth"]
    metric = METRICS[run.spec.task.metric]
    show(
        kinds_chart(worth, metric=metric.title),
        key=f"{key}_chart",
        alt=f"{metric.title} of {record.title} on validation rows when each kind of column is mixed up",
        numbers=frame_of({**w, "columns": ", ".join(w["columns"])} for w in worth),
        file_name="kinds_of_column",
        explanation=say("figure.kinds"),
    )


def _entries(run: Run, record: Record, *, judged: bool) -> tuple[Without, ...]:
    return without_kinds(session.store(), session.catalog(), run, record, judged=judged)


def _is_under_way(entries: tuple[Without, ...]) -> bool:
    return any(e.run is not None and e.run.state not in ENDED for e in entries)


@st.fragment(run_every=LOOK_EVERY_S)
def _follow(run: Run, record: Record) -> None:
    entries = _entries(run, record, judged=False)  # no more than that every two seconds
    if not _is_under_way(entries):
        st.rerun()
    _draw_without(run, record, entries)


def _draw_without(run: Run, record: Record, entries: tuple[Without, ...]) -> None:
    st.caption(say("without.how", n=len(entries)))
    missing = [e for e in entries if e.run is None or e.run.state in ("failed", "stopped")]
    if missing:
        st.button(
            "Train without each kind", icon=":material/model_training:", key=f"without_{run.id}_{record.number}",
            on_click=_start, args=(run, missing),
        )  # fmt: skip
    begun = [e for e in entries if e.run is not None]
    done = [e for e in begun if e.run.state == "succeeded"]
    if begun and len(done) < len(begun):
        st.caption(say("without.under_way", done=len(done), n=len(entries)))
    metric = METRICS[run.spec.task.metric]
    told = [e for e in done if e.loss is not None and e.loss.low is not None]
    if told:
        table = frame_of(
            {
                "kind": e.kind, "columns": ", ".join(e.columns), "model": e.title, "value": e.value,
                "lost": e.loss.value, "low": e.loss.low, "high": e.loss.high,
            }
            for e in told
        )  # fmt: skip
        show(
            losses_chart(table, metric=metric.title),
            key=f"without_chart_{run.id}_{record.number}",
            alt=f"How much {metric.title} {record.title} loses without each kind of column",
            numbers=table,
            file_name="without_each_kind",
            explanation=say("figure.without", metric=metric.title),
        )
    for entry in done:
        if entry.title != record.title:
            words = say("without.stands_in", title=record.title, kind=entry.kind, other=entry.title)
            st.caption(escape(words))
        if entry.remark:
            st.caption(escape(entry.remark))
    if begun:
        with st.container(horizontal=True):
            for entry in begun:
                if st.button(
                    f"Run without {entry.kind}", icon=":material/open_in_new:", type="tertiary",
                    key=f"open_{entry.run.id}",
                ):  # fmt: skip
                    session.choose_run(entry.run)
                    st.session_state.pop("pick_run", None)  # or it would choose its own again
                    st.rerun()


def _start(run: Run, missing: list[Without]) -> None:
    for entry in missing:
        name = say("without.name", run=run.name, kind=entry.kind)[:120]
        start_run(entry.spec, session.owner(), name, store=session.store())
