"""Where a dataset is from, a newer version of it, and how two versions differ. Fetches and compares nothing itself."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from core.codec import from_plain
from core.data.drift import MUCH, SOME, Comparison
from core.data.versions import versions
from core.domain import Dataset
from core.jobs.job import Job
from pages.components import session
from pages.components.frame import open_dataset, when
from pages.components.progress import follow
from pages.components.text import escape

PATIENCE_S = 2.0


def draw_versions(dataset: Dataset) -> None:
    """Nothing for an upload, which cannot be fetched again."""
    if dataset.origin is None:
        return
    with st.expander("Versions", icon=":material/history:", key="versions"):
        st.markdown(
            f"Version {dataset.version}, {escape(in_words(dataset.origin))}, of {when(dataset.created_at)}."
        )
        _draw_refresh(dataset)
        others = [d for d in versions(dataset, session.catalog()) if d.id != dataset.id]
        if others:
            _draw_comparison(dataset, others)
        else:
            st.caption("There is no other version yet.")


def in_words(origin: Mapping[str, Any]) -> str:
    match origin["kind"]:
        case "database":
            what = f"the table {origin['table']}" if "table" in origin else "a SELECT"
            return f"from {what} of the database {origin['connection']}"
        case "path":
            return f"from {origin['path']} on the server"
    return f"from {origin.get('url', 'elsewhere')}"


def _draw_refresh(dataset: Dataset) -> None:
    held = st.session_state.setdefault("refreshing", {})
    if dataset.id in held:
        job = follow(held[dataset.id], f"Fetching {dataset.name} again")
        if not job.is_ended:
            return
        del held[dataset.id]
        if job.state == "succeeded" and job.result["is_new"]:
            open_dataset(job.result["dataset"])
        if job.state == "succeeded":
            st.info("Nothing has changed since: this is the newest version.", icon=":material/check:")
        else:
            st.error(escape(job.error or "It was stopped."), icon=":material/error:")
    if st.button("Fetch it again", icon=":material/refresh:", key="refresh"):
        origin = dict(dataset.origin or {})
        payload = {
            "origin": origin,
            "name": dataset.name,
            "previous": dataset.id,
            "options": origin.get("options", {}),
        }
        job = session.queue().put(kind="fetch", lane="data", owner=session.owner(), payload=payload)
        held[dataset.id] = job.id
        session.queue().wait(job.id, PATIENCE_S)
        st.rerun()


def _draw_comparison(dataset: Dataset, others: list[Dataset]) -> None:
    labels = {d.id: f"Version {d.version} · {d.n_rows:,} rows · {when(d.created_at)}" for d in others}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        other = st.selectbox(
            "Compare with", list(labels), format_func=labels.get, key=f"compare_{dataset.id}", width=420
        )
        asked = st.button("Compare", icon=":material/compare_arrows:", key="compare_versions")
    chosen = next(d for d in others if d.id == other)
    before, after = sorted((dataset, chosen), key=lambda d: (d.version, d.created_at))
    compared = st.session_state.setdefault("compared", {})
    pair = (before.id, after.id)
    if asked:
        job = session.queue().put(
            kind="drift", lane="data", owner=session.owner(), payload={"before": before.id, "after": after.id}
        )
        compared[pair] = job.id
        session.queue().wait(job.id, PATIENCE_S)
    if pair in compared:
        job = follow(compared[pair], "Comparing the versions")
        if job.state == "succeeded":
            _draw_differences(job)
        elif job.state in ("failed", "stopped"):
            st.error(escape(job.error or "It was stopped."), icon=":material/error:")


def _draw_differences(job: Job) -> None:
    found = from_plain(Comparison, job.result)
    st.markdown(escape(found.sentence))
    table = pd.DataFrame(
        {
            "Column": [c.name for c in found.columns],
            "Moved": ["yes" if c.moved else "no" for c in found.columns],
            "Drift (PSI)": [c.psi for c in found.columns],
            "Missing before": [c.missing_before for c in found.columns],
            "Missing now": [c.missing_after for c in found.columns],
        }
    )
    share = st.column_config.NumberColumn(format="percent")
    st.dataframe(
        table, hide_index=True, key="drift_table", alt="How much each column's values moved",
        column_config={
            "Drift (PSI)": st.column_config.NumberColumn(format="%.3f"),
            "Missing before": share, "Missing now": share,
        },
    )  # fmt: skip
    st.caption(
        f"PSI, the population stability index: below {SOME} little has changed, above {MUCH} much. Texts and columns of "
        "another kind than before have none."
    )
