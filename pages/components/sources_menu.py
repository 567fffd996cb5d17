"""Bring a table from a database, a path on the server or an address. Fetches nothing itself."""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from core.errors import FathomError
from core.settings import Settings
from pages.components import session
from pages.components.adding import add_from
from pages.components.text import escape

HOW_TO_ALLOW: Mapping[str, tuple[str, str]] = {
    "database": (
        "No database is connected. Whoever runs this server can add one to `.streamlit/secrets.toml`; it is read "
        "and never changed.",
        '[connections.sales]\nurl = "postgresql://user:password@host/database"',
    ),
    "path": (
        "No folder may be read from. Whoever runs this server can allow some in `.streamlit/secrets.toml`; then files "
        "of any size are read from there.",
        '[data]\nallowed_paths = ["/srv/exports"]',
    ),
    "url": (
        "No address may be fetched from. Whoever runs this server can allow some in `.streamlit/secrets.toml`.",
        '[data]\nallowed_urls = ["https://data.example/", "s3://lake/"]',
    ),
}
PATIENCE_S = 8.0  # for the list of a database's tables


def draw_sources() -> None:
    """A small menu a way in; what the server does not allow says how to allow it."""
    try:
        settings = Settings.current()
    except FathomError as error:
        st.warning(escape(error), icon=":material/warning:")
        return
    ways: tuple[tuple[str, str, str, object, Callable[[Settings], None]], ...] = (
        ("database", "From a database", ":material/database:", settings.connections, _draw_database),
        ("path", "From a path on the server", ":material/folder:", settings.allowed_paths, _draw_path),
        ("url", "From an address", ":material/link:", settings.allowed_urls, _draw_url),
    )
    for key, title, icon, is_allowed, draw in ways:
        with st.popover(title, icon=icon, type="tertiary", key=f"from_{key}"):
            if is_allowed:
                draw(settings)
            else:
                said, example = HOW_TO_ALLOW[key]
                st.markdown(said)
                st.code(example, language="toml")


def _draw_database(settings: Settings) -> None:
    connection = st.selectbox("Connection", sorted(settings.connections), key="database_connection")
    what = st.segmented_control(
        "What to read", ["A table", "A SELECT"], default="A table", required=True, key="database_what"
    )
    if what == "A SELECT":
        select = st.text_area(
            "SELECT", key="database_select", placeholder="SELECT * FROM sales WHERE year = 2024"
        )
        if st.button(
            "Read it",
            type="primary",
            icon=":material/download:",
            key="database_read",
            disabled=not select.strip(),
        ):
            _add({"kind": "database", "connection": connection, "select": select})
        return
    tables = _tables(connection)
    if tables is None:
        return
    table = st.selectbox("Table", tables, index=None, placeholder="Choose a table", key="database_table")
    if st.button(
        "Read it", type="primary", icon=":material/download:", key="database_read", disabled=table is None
    ):
        _add({"kind": "database", "connection": connection, "table": table})


def _tables(connection: str) -> list[str] | None:
    """The connection's tables, once somebody asked for them; None before, or where they cannot be had."""
    found = st.session_state.setdefault("database_tables", {})
    if connection in found:
        return found[connection]
    if st.button("List the tables", icon=":material/list:", key="database_list"):
        job = session.queue().put(
            kind="tables", lane="data", owner=session.owner(), payload={"connection": connection}
        )
        with st.spinner("Asking the database"):
            job = session.queue().wait(job.id, PATIENCE_S)
        if job.state == "succeeded":
            found[connection] = list(job.result["tables"])
            return found[connection]
        st.error(
            escape(job.error or "The database has not answered yet. Try again."), icon=":material/error:"
        )
    return None


def _draw_path(settings: Settings) -> None:
    folders = ", ".join(escape(path) for path in settings.allowed_paths)
    path = st.text_input("Path", key="path_given", placeholder=f"{settings.allowed_paths[0]}/…")
    st.caption(f"Below {folders}.")
    if st.button(
        "Read it", type="primary", icon=":material/download:", key="path_read", disabled=not path.strip()
    ):
        _add({"kind": "path", "path": path})


def _draw_url(settings: Settings) -> None:
    url = st.text_input("Address", key="url_given", placeholder=f"{settings.allowed_urls[0]}…")
    st.caption(f"Below {', '.join(escape(url) for url in settings.allowed_urls)}.")
    if st.button(
        "Read it", type="primary", icon=":material/download:", key="url_read", disabled=not url.strip()
    ):
        _add({"kind": "url", "url": url})


def _add(where: Mapping[str, Any]) -> None:
    try:
        add_from(where)
    except FathomError as error:
        st.error(escape(error), icon=":material/error:")
        return
    st.rerun()
