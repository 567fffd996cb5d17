"""What have we tried? Every run, newest first: find, open, rename, try again, delete. Opens no run's folder."""

import hashlib
from collections.abc import Mapping, Sequence

import streamlit as st

from core.domain import Run, RunState
from core.errors import FathomError
from core.evaluation.metrics import METRICS
from core.jobs.job import ALIVE
from core.runs.live import run_elapsed_s
from core.sentences import say
from pages.components import session
from pages.components.frame import STATE_ICONS, go, head, next_step
from pages.components.tables import frame_of, local_time
from pages.components.text import distinct, escape

IN_PAGE = 50
MAX_NAME = 120
STATES: Mapping[str, Sequence[RunState]] = {
    "Under way": ("queued", *ALIVE),
    "Finished": ("succeeded",),
    "Paused or interrupted": ("paused", "interrupted"),
    "Cancelled": ("stopped",),
    "Failed": ("failed",),
}


def main() -> None:
    head("Runs", "What have we tried? Choose a run to open it, or to try it again with changes.")
    store, owner = session.store(), session.owner()
    names = {d.id: d.name for d in session.catalog().list(owner)}
    if not store.count(owner):
        with st.container(border=True):
            st.markdown("Nothing has been trained yet.")
            next_step("Train a network", "train.py", key="nothing_train.py")
        return
    wanted = _filters(names)
    problem = st.session_state.pop("runs_problem", None)
    if problem:
        st.error(escape(problem), icon=":material/error:")
    n_found = store.count(owner, **wanted)
    n_pages = max(1, -(-n_found // IN_PAGE))
    # a key a number of pages: fewer of them must not leave somebody on one that is gone
    actions = st.container()
    table = st.container()
    page = st.pagination(n_pages, key=f"runs_page_{n_pages}") if n_pages > 1 else 1
    runs = store.list(owner, limit=IN_PAGE, offset=(page - 1) * IN_PAGE, **wanted)
    with table:
        st.caption(f"{n_found:,} runs" if n_found != 1 else "1 run")
        chosen = _table(runs, names) if runs else None
    with actions:
        _draw_actions(chosen)


def _filters(names: Mapping[str, str]) -> dict[str, object]:
    """Widgets that narrow the list down, as arguments of RunStore.list and count."""
    labels = distinct(names)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        text = st.text_input(
            "Search", key="runs_text", placeholder="name, target or model", width=260,
            icon=":material/search:", persist_state="session",
        )  # fmt: skip
        dataset = st.selectbox(
            "Dataset", list(labels), format_func=lambda i: labels.get(i, i), index=None, key="runs_dataset",
            placeholder="any", width=300, persist_state="session",
        )  # fmt: skip
        groups = st.pills(
            "State",
            list(STATES),
            selection_mode="multi",
            key="runs_states",
            persist_state="session",
            wrap=True,
        )
    return {
        "text": text.strip() or None,
        "dataset": dataset,
        "states": tuple(s for g in groups for s in STATES[g]) or None,
    }


def _table(runs: Sequence[Run], names: Mapping[str, str]) -> Run | None:
    """The list; the run whose row is selected, at first the one chosen on other pages."""
    ids = [run.id for run in runs]
    already = st.session_state.get("chosen_run")
    event = st.dataframe(
        frame_of(
            {
                "Name": run.name,
                "Dataset": names.get(run.spec.dataset, "deleted"),
                "Target": run.spec.task.target,
                "State": say(f"state.{run.state}"),
                "Recommended": run.summary.get("recommended"),
                "Metric": run.summary.get("metric_title"),
                "Value": _shown_value(run),
                "Seconds": round(run_elapsed_s(run)) if run.started_at else None,
                "Created": local_time(run.created_at),
            }
            for run in runs
        ),
        # a key a list: a selected place must never come to mean another run
        key=f"runs_{hashlib.sha256(''.join(ids).encode()).hexdigest()[:12]}",
        hide_index=True,
        placeholder="",
        height="content",
        alt="Runs, newest first",
        on_select="rerun",
        selection_mode="single-row",
        selection_default={"selection": {"rows": [ids.index(already)] if already in ids else []}},
        column_config={
            "Name": st.column_config.TextColumn(pinned=True, width="medium"),
            "Value": st.column_config.NumberColumn(format="localized"),
            "Seconds": st.column_config.NumberColumn(format="localized"),
            "Created": st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm"),
        },
    )
    places = event.selection.rows
    return runs[places[0]] if places else None


def _shown_value(run: Run) -> float | None:
    """The recommended model's value with as many digits as the verdict's sentence has."""
    value, metric = run.summary.get("value"), METRICS.get(run.summary.get("metric", ""))
    return value if value is None or metric is None else round(value, metric.decimals(value))


def _draw_actions(run: Run | None) -> None:
    """What can be done with the selected run, above the list, where it does not move."""
    with st.container(border=True, key="run_actions"):
        if run is None:
            st.caption("Select a row to open a run, to try it again with changes, to rename or to delete it.")
            return
        session.choose(run=run.id)
        st.markdown(f"{STATE_ICONS[run.state]} **{escape(run.name)}** · {say(f'state.{run.state}')}")
        told = run.error or run.summary.get("sentence")
        if told:
            st.caption(escape(told))
        with st.container(horizontal=True):
            if st.button("Open", type="primary", icon=":material/open_in_new:", key="open_run"):
                _open(run)
            if st.button("Again with changes", icon=":material/content_copy:", key="again_run", help="A new form with the same settings."):  # fmt: skip
                _try_again(run)
            with st.popover("Rename", icon=":material/edit:", key="rename_run"):
                with st.form("rename_run_form", border=False):
                    st.text_input("Name", value=run.name, max_chars=MAX_NAME, key=f"name_{run.id}")
                    st.form_submit_button("Save", key="rename_confirm", on_click=_rename, args=(run.id,))
            with st.popover("Delete", icon=":material/delete:", key="delete_run"):
                st.markdown(
                    f"Delete **{escape(run.name)}** with its models and predictions? This cannot be undone."
                )
                st.button(
                    "Delete for good", type="primary", icon=":material/delete_forever:", key="delete_confirm",
                    on_click=_delete, args=(run.id,),
                )  # fmt: skip


def _open(run: Run) -> None:
    if run.state == "succeeded":
        go("compare.py")
    st.session_state["train_view"] = "run"
    go("train.py")


def _try_again(run: Run) -> None:
    session.catalog().get(run.spec.dataset, session.owner())  # says so if it has been deleted
    st.session_state["again_with"] = run.id
    session.choose(dataset=run.spec.dataset)
    go("train.py")


def _rename(run_id: str) -> None:
    name = " ".join(st.session_state[f"name_{run_id}"].split())
    if name:
        session.store().rename(run_id, session.owner(), name)


def _delete(run_id: str) -> None:
    try:
        session.store().delete(run_id, session.owner())
    except FathomError as error:  # it has come alive since it was drawn
        st.session_state["runs_problem"] = str(error)
    else:
        session.forget("run")


main()
