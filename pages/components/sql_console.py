"""Ask in SQL: editor, tables and columns to insert, run, cancel, history, and the answer. Runs nothing itself."""

import streamlit as st

from core.data.engines.duckdb import identifier
from core.data.query import read_answer
from core.data.query_history import PastQuery, QueryHistory
from core.data.table_names import table_names
from core.domain import Dataset
from core.jobs.job import Job
from core.prediction.export import to_csv
from pages.components import session
from pages.components.frame import ARRIVED, go, when
from pages.components.progress import follow
from pages.components.text import escape

PATIENCE_S = 1.0  # most answers are there before a progress bar could be read
MOST_SHOWN = 1_000
MOST_PREVIEWED = 100  # letters of a past query
TEXT = "sql_text"
MOST_COLUMNS_SEEN = 9  # so many lie in the list of names without scrolling
NAMES_HEIGHT = 400  # pixels of a list of more


def draw_console(dataset: Dataset) -> None:
    tables = table_names(session.catalog().list(session.owner()))
    name = next(n for n, d in tables.items() if d.id == dataset.id)
    st.session_state.setdefault(TEXT, f"SELECT *\nFROM {name}\nLIMIT 100")
    left, right = st.columns([3, 1])
    with left:
        sql = st.text_area("SQL", key=TEXT, height=190, persist_state="session")
        with st.container(horizontal=True, vertical_alignment="center"):
            if st.button("Run", type="primary", icon=":material/play_arrow:", key="sql_run"):
                _run(sql)
            st.caption("One SELECT in DuckDB's dialect. It reads your datasets and changes nothing.")
    with right:
        _draw_names(tables, name)
    _draw_job()
    _draw_history()


def _run(sql: str) -> None:
    job = session.queue().put(
        kind="query", lane="query", owner=session.owner(), payload={"sql": sql}, max_attempts=1
    )
    st.session_state["sql_job"] = job.id
    st.session_state.pop("sql_keep_job", None)
    session.queue().wait(job.id, PATIENCE_S)


def _draw_names(tables: dict[str, Dataset], first: str) -> None:
    names = list(tables)
    table = st.selectbox("Table", names, index=names.index(first), key=f"sql_table_{first}_{len(names)}")
    st.caption(escape(tables[table].name))
    with st.container(height=_height(len(tables[table].columns)), gap=None):
        st.button(
            escape(table), icon=":material/table:", key=f"sql_insert_{table}", type="tertiary",
            on_click=_insert, args=(table,), help="Insert the table's name",
        )  # fmt: skip
        for place, column in enumerate(tables[table].columns[:200]):
            st.button(
                f"{escape(column.name)} · {column.kind}", key=f"sql_insert_{table}_{place}", type="tertiary",
                on_click=_insert, args=(_written(column.name),), help="Insert the column's name",
            )  # fmt: skip


def _height(n_columns: int) -> int | str:
    """As high as its buttons; what is beyond the most that fits a screen beside the editor is scrolled to."""
    return "content" if n_columns < MOST_COLUMNS_SEEN else NAMES_HEIGHT


def _written(name: str) -> str:
    """A column's name as it has to be written in SQL."""
    plain = name.isidentifier() and name.isascii() and name == name.lower()
    return name if plain else identifier(name)


def _insert(text: str) -> None:
    before = st.session_state.get(TEXT, "")
    gap = "" if not before or before[-1].isspace() else " "
    st.session_state[TEXT] = f"{before}{gap}{text}"


def _draw_job() -> None:
    job_id = st.session_state.get("sql_job")
    if job_id is None:
        return
    job = follow(job_id, "Running the query")
    if job.state == "failed":
        st.error(escape(job.error or "It could not be run."), icon=":material/error:")
    elif job.state == "stopped":
        st.info("The query was stopped.", icon=":material/stop_circle:")
    elif job.state == "succeeded":
        _draw_answer(job)


def _draw_answer(job: Job) -> None:
    path = session.home().exports / f"{job.id}.arrow"
    if not path.exists():
        st.info("The answer is no longer there. Run the query again.", icon=":material/info:")
        return
    rows, result = read_answer(path), job.result
    said = "1 row" if len(rows) == 1 else f"{len(rows):,} rows"
    more = (
        " There are more: the rest is left out here, but not in a dataset of it."
        if result["has_more"]
        else ""
    )
    st.markdown(f"**{said}** in {result['seconds']:.2f} s.{more}")
    st.dataframe(rows.head(MOST_SHOWN), hide_index=True, key=f"sql_rows_{job.id}", alt="The answer")
    if len(rows) > MOST_SHOWN:
        st.caption(f"The first {MOST_SHOWN:,} are shown.")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.download_button(
            "Answer as CSV", data=lambda: to_csv(rows), file_name="answer.csv", mime="text/csv",
            key=f"sql_csv_{job.id}", icon=":material/download:", on_click="ignore",
        )  # fmt: skip
        _draw_keep(job)


def _draw_keep(job: Job) -> None:
    with st.popover("Use this result as a dataset", icon=":material/database:", key="sql_keep"):
        name = st.text_input("Name", value="Answer", max_chars=120, key=f"sql_keep_name_{job.id}")
        if st.button("Make the dataset", type="primary", key="sql_keep_make", disabled=not name.strip()):
            payload = {"sql": job.payload["sql"], "name": " ".join(name.split())}
            kept = session.queue().put(
                kind="keep_answer", lane="data", owner=session.owner(), payload=payload
            )
            st.session_state["sql_keep_job"] = kept.id
            session.queue().wait(kept.id, PATIENCE_S)
    if st.session_state.get("sql_keep_job"):
        kept = follow(st.session_state["sql_keep_job"], "Making the dataset")
        if kept.state == "failed":
            st.error(escape(kept.error or "It could not be stored."), icon=":material/error:")
        elif kept.state == "stopped":
            st.info("Stopped; no dataset was made.", icon=":material/stop_circle:")
        elif kept.state == "succeeded":
            del st.session_state["sql_keep_job"]
            session.choose(dataset=kept.result["dataset"])
            st.session_state[ARRIVED] = kept.result["dataset"]  # its selector remembers the one before
            go("data.py")


def _draw_history() -> None:
    history, owner = QueryHistory(session.home()), session.owner()
    past = history.list(owner)
    if not past:
        return
    shown = st.expander(
        f"History ({len(past)})", icon=":material/history:", key="sql_history", on_change="rerun"
    )
    if not shown.open:
        return
    with shown:
        for query in past:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                line = " ".join(query.sql.split())
                st.button(
                    escape(line if len(line) <= MOST_PREVIEWED else f"{line[:MOST_PREVIEWED]}…"), type="tertiary",
                    key=f"sql_past_{query.place}", on_click=_take_up, args=(query.sql,), help="Take it up again",
                )  # fmt: skip
                ended = _ending(query)
                st.caption(f"{ended} · {query.seconds:.2f} s · {when(query.asked_at)}")
                st.button(
                    "", icon=":material/delete:", type="tertiary", key=f"sql_forget_{query.place}", help="Forget it",
                    on_click=history.delete, args=(owner, query.place),
                )  # fmt: skip
        st.button(
            "Forget them all",
            icon=":material/delete_sweep:",
            key="sql_forget_all",
            on_click=history.clear,
            args=(owner,),
        )


def _ending(query: PastQuery) -> str:
    if query.error:
        return "failed"
    if query.n_rows is None:
        return "stopped"
    return "1 row" if query.n_rows == 1 else f"{query.n_rows:,} rows"


def _take_up(sql: str) -> None:
    st.session_state[TEXT] = sql
